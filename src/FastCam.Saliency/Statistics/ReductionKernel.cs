using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>What one vector has accumulated over the channels seen so far, each lane for itself.</summary>
interface IReduction<TSelf, T> where TSelf : unmanaged, IReduction<TSelf, T> where T : unmanaged, ILanes<T>
{
    /// <summary>The state before the first channel.</summary>
    static abstract TSelf Start { get; }

    /// <summary>Eight channels more.</summary>
    /// <param name="values">Their values.</param>
    /// <param name="before">How many channels were seen before.</param>
    /// <param name="share">The share of these channels in all that are then seen.</param>
    void AddEight(in ChannelOctet<T> values, T before, T share);

    /// <summary>One channel more.</summary>
    void Add(T value, T before, T share);

    /// <summary>One channel more in the lanes where <paramref name="mask"/> is 1, none where it is 0.</summary>
    void AddWhere(T value, T mask, T before, T share);

    /// <summary>0 where every value was finite and nothing overflowed, NaN elsewhere.</summary>
    T Check { get; }

    /// <summary>The statistic, for a divisor that the statistic has chosen.</summary>
    T Finish(T divisor);

    /// <summary>As many states as there are lanes, each of one pixel, its lanes of different channels, become one with a pixel a lane.</summary>
    /// <param name="pixels">The states; they are overwritten.</param>
    /// <param name="counts">The channels that each lane has seen.</param>
    /// <param name="oneOverCount">One over the channels of a pixel.</param>
    static abstract TSelf Merge(Span<TSelf> pixels, T counts, float oneOverCount);
}

/// <summary>
/// A reduction over the channels on one SIMD width: neighbouring pixels side by side, the channels in the outer loop, a block
/// of accumulators that stays in the first-level cache.
/// </summary>
static unsafe class ReductionKernel<T, TReduction>
    where T : unmanaged, ILanes<T>
    where TReduction : unmanaged, IReduction<TReduction, T>
{
    const int BlockPixels = 512;

    const int CacheLine = 64;

    /// <summary>The map of neighbouring pixels, at least as many as <typeparamref name="T"/> has lanes, of an image that may have more.</summary>
    /// <param name="reader">How elements become numbers.</param>
    /// <param name="activations">From the first channel of the first of the pixels on.</param>
    /// <param name="layout">Planar.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="statistic">What the reduction is of, for pixels that the vectors cannot take.</param>
    /// <param name="divisor">What the statistic divides by, inverted.</param>
    /// <param name="unit">What the reduction's results are counted in.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LaneStatistic statistic, float divisor, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        // stackalloc aligns to 16 bytes, and every vector that straddles two cache lines would cost two accesses.
        var room = stackalloc byte[BlockPixels / T.Count * sizeof(TReduction) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<TReduction>((void*)aligned, BlockPixels / T.Count);
        var one = T.Create(1);
        for (var start = 0; start < map.Length; start += BlockPixels)
        {
            var end = Math.Min(start + BlockPixels, map.Length);
            // The last vector of a map is moved back to end with it, over pixels that it computes again.
            var last = map.Length - T.Count;
            var used = accumulators[..((end - start + T.Count - 1) / T.Count)];
            Accumulate(reader, activations, layout.Channels, layout.Stride, start, last, used);
            for (var i = 0; i < used.Length; i++)
            {
                var pixel = Math.Min(start + i * T.Count, last);
                if (T.AllBelow(used[i].Check, one))
                    T.Store(T.MultiplyAdd(used[i].Finish(T.Create(divisor)), T.Create(unit.Scale), T.Create(unit.Offset)), ref map[pixel]);
                else
                    statistic.ComputeColumns(reader, activations, layout, map, pixel, T.Count, unit);
            }
        }
    }

    static void Accumulate<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, int channels, nint stride, int start, int last, Span<TReduction> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        accumulators.Fill(TReduction.Start);
        ref var origin = ref MemoryMarshal.GetReference(activations);
        var channel = 0;
        for (; channel + 8 <= channels; channel += 8)
        {
            var before = T.Create(channel);
            var share = T.Create(8f / (channel + 8));
            ref var row = ref Unsafe.Add(ref origin, channel * stride);
            for (var i = 0; i < accumulators.Length; i++)
                accumulators[i].AddEight(ChannelOctet<T>.Load(reader, ref Unsafe.Add(ref row, Math.Min(start + i * T.Count, last)), stride), before, share);
        }

        for (; channel < channels; channel++)
        {
            var before = T.Create(channel);
            var share = T.Create(1f / (channel + 1));
            ref var row = ref Unsafe.Add(ref origin, channel * stride);
            for (var i = 0; i < accumulators.Length; i++)
                accumulators[i].Add(reader.Load<T>(in Unsafe.Add(ref row, Math.Min(start + i * T.Count, last))), before, share);
        }
    }
}

/// <summary>
/// A reduction over channels that lie side by side, on one SIMD width: a vector holds channels of one pixel, and the lanes are merged
/// in the end.
/// </summary>
static unsafe class BlockedReductionKernel<T, TReduction>
    where T : unmanaged, ILanes<T>
    where TReduction : unmanaged, IReduction<TReduction, T>
{
    const int CacheLine = 64;

    const int MostPlaces = 16;

    /// <summary>Pixels whose accumulators stay in the first-level cache while the channels go by.</summary>
    const int TilePixels = 32;

    /// <summary>The map of neighbouring pixels.</summary>
    /// <param name="reader">How elements become numbers.</param>
    /// <param name="activations">From the first element of the first of the pixels on.</param>
    /// <param name="layout">Blocks of a multiple of the lanes of <typeparamref name="T"/>, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="statistic">What the reduction is of, for pixels that the vectors cannot take.</param>
    /// <param name="divisor">What the statistic divides by, inverted.</param>
    /// <param name="unit">What the reduction's results are counted in.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LaneStatistic statistic, float divisor, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var mask = stackalloc float[MostPlaces];
        var walk = BlockedWalk.Through(layout, T.Count, mask);
        var room = stackalloc byte[TilePixels * sizeof(TReduction) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<TReduction>((void*)aligned, TilePixels);
        accumulators.Fill(TReduction.Start);
        var counts = T.Create(walk.Walks * walk.Steps);
        for (var place = 0; walk.Rest >= 0 && place < walk.Walks * T.Count; place += T.Count)
            counts += T.Load(in mask[place]);
        for (var tile = 0; tile < map.Length; tile += TilePixels)
        {
            var used = accumulators[..Math.Min(TilePixels, map.Length - tile)];
            Accumulate(reader, activations[(tile * layout.Pixel)..], layout.Pixel, walk, mask, used);
            for (var i = 0; i < used.Length; i += T.Count)
            {
                var (start, count) = (tile + i, Math.Min(T.Count, used.Length - i));
                // Lanes without a pixel hold what was there before, which is not stored.
                var merged = TReduction.Merge(accumulators.Slice(i, T.Count), counts, 1f / layout.Channels);
                var value = T.MultiplyAdd(merged.Finish(T.Create(divisor)), T.Create(unit.Scale), T.Create(unit.Offset));
                if (!T.AllBelow(merged.Check, T.Create(1)))
                    statistic.ComputeColumns(reader, activations, layout, map, start, count, unit);
                else if (count == T.Count)
                    T.Store(value, ref map[start]);
                else
                    LaneTail.Store(value, map.Slice(start, count));
            }
        }
    }

    /// <summary>Goes once through the channels of a tile of pixels.</summary>
    static void Accumulate<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, nint pixel, BlockedWalk walk, float* mask, Span<TReduction> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        accumulators.Fill(TReduction.Start);
        ref var origin = ref MemoryMarshal.GetReference(activations);
        var seen = 0;
        for (var place = 0; place < walk.Walks * T.Count; place += T.Count)
        {
            ref var first = ref Unsafe.Add(ref origin, place);
            var step = 0;
            for (; step + 8 <= walk.Steps; step += 8, seen += 8)
            {
                ref var source = ref Unsafe.Add(ref first, step * walk.Step);
                var (before, share) = (T.Create(seen), T.Create(8f / (seen + 8)));
                foreach (ref var a in accumulators)
                {
                    a.AddEight(ChannelOctet<T>.Load(reader, ref source, walk.Step), before, share);
                    source = ref Unsafe.Add(ref source, pixel);
                }
            }

            for (; step < walk.Steps; step++, seen++)
            {
                ref var source = ref Unsafe.Add(ref first, step * walk.Step);
                var (before, share) = (T.Create(seen), T.Create(1f / (seen + 1)));
                foreach (ref var a in accumulators)
                {
                    a.Add(reader.Load<T>(in source), before, share);
                    source = ref Unsafe.Add(ref source, pixel);
                }
            }
        }

        // The lanes that are only partly there come last, when all others have seen equally many.
        var seenWhere = T.Create(0);
        for (var place = 0; walk.Rest >= 0 && place < walk.Walks * T.Count; place += T.Count)
        {
            var mine = T.Load(in mask[place]);
            var before = T.Create(seen) + seenWhere;
            var share = T.Create(1) / (before + T.Create(1));
            ref var source = ref Unsafe.Add(ref origin, place + walk.Rest);
            foreach (ref var a in accumulators)
            {
                a.AddWhere(reader.Load<T>(in source), mine, before, share);
                source = ref Unsafe.Add(ref source, pixel);
            }
            seenWhere += mine;
        }
    }
}

/// <summary>How vectors, each of neighbouring channels of one pixel, go through a pixel's channels.</summary>
/// <param name="Walks">Walks from block to block, one for each vector of a block.</param>
/// <param name="Steps">Whole vectors on a walk.</param>
/// <param name="Step">From one to the next.</param>
/// <param name="Rest">From the pixel to the last vector, of which only some lanes count; −1 where there is none.</param>
readonly unsafe record struct BlockedWalk(int Walks, int Steps, nint Step, nint Rest)
{
    /// <param name="layout">Blocks of a multiple of the lanes, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="mask">Becomes 1 for each place of the last vectors that counts, 0 for the others; as many places as a block has,
    /// or lanes where all is one block.</param>
    public static BlockedWalk Through(ChannelBlocks layout, int lanes, float* mask)
    {
        var (channels, block, stride) = layout;
        var isOneBlock = block == channels;
        var places = isOneBlock ? lanes : block;
        var rest = channels % places;
        // The last vector of one block is moved back to end with it: what counts of it are its last lanes. In blocks there is room behind.
        for (var place = 0; place < places; place++)
            mask[place] = (isOneBlock ? place >= places - rest : place < rest) ? 1 : 0;
        var whole = channels / places;
        return isOneBlock
            ? new BlockedWalk(1, whole, lanes, rest > 0 ? channels - lanes : -1)
            : new BlockedWalk(block / lanes, whole, (nint)stride * block, rest > 0 ? (nint)whole * stride * block : -1);
    }
}

/// <summary>Where the channels of a pixel lie: some of them side by side, in block after block, each of which holds all pixels.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Block">Channels side by side; what is beyond the channels in the last block does not count.</param>
/// <param name="Stride">The pixels of the image: a block lies pixel by pixel.</param>
readonly record struct ChannelBlocks(int Channels, int Block, int Stride)
{
    /// <summary>Channel by channel, in each all pixels.</summary>
    public static ChannelBlocks Planar(int channels, int stride) => new(channels, 1, stride);

    /// <summary>Every pixel's channels side by side.</summary>
    public static ChannelBlocks ChannelsLast(int channels) => new(channels, channels, 1);

    /// <summary>Where a pixel's value in a channel is.</summary>
    public int Offset(int channel, int pixel) => (channel / Block * Stride + pixel) * Block + channel % Block;

    /// <summary>From one pixel to the next.</summary>
    public int Pixel => Block;
}
