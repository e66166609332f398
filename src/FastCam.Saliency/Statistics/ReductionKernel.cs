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
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LaneStatistic statistic, float divisor, LinearScale unit)
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

    static void Accumulate<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, int channels, nint stride, int start, int last, Span<TReduction> accumulators)
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
