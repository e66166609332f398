using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>A reduction over channels that lie side by side, on one SIMD width: a vector holds channels of one pixel, and the lanes are merged in the end.</summary>
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
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LaneStatistic statistic, float divisor, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var mask = stackalloc float[MostPlaces];
        var walk = BlockedWalk.Through(layout, T.Count, mask);
        var room = stackalloc byte[TilePixels * sizeof(TReduction) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<TReduction>((void*)aligned, TilePixels);
        accumulators.Fill(TReduction.Start);
        var counts = T.Create(walk.Walks * walk.Steps);
        for (var place = 0; walk.Rest >= 0 && place < walk.Walks * T.Count; place += T.Count) counts += T.Load(in mask[place]);
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
    static void Accumulate<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, nint pixel, BlockedWalk walk, float* mask, Span<TReduction> accumulators)
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
    /// <param name="mask">Becomes 1 for each place of the last vectors that counts, 0 for the others; as many places as a block has, or lanes where all is one block.</param>
    public static BlockedWalk Through(ChannelBlocks layout, int lanes, float* mask)
    {
        var (channels, block, stride) = layout;
        var isOneBlock = block == channels;
        var places = isOneBlock ? lanes : block;
        var rest = channels % places;
        // The last vector of one block is moved back to end with it: what counts of it are its last lanes. In blocks there is room behind.
        for (var place = 0; place < places; place++) mask[place] = (isOneBlock ? place >= places - rest : place < rest) ? 1 : 0;
        var whole = channels / places;
        return isOneBlock
            ? new BlockedWalk(1, whole, lanes, rest > 0 ? channels - lanes : -1)
            : new BlockedWalk(block / lanes, whole, (nint)stride * block, rest > 0 ? (nint)whole * stride * block : -1);
    }
}
