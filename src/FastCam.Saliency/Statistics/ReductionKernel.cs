using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

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

    /// <summary>The map of every pixel; the map must have at least as many pixels as <typeparamref name="T"/> has lanes.</summary>
    [SkipLocalsInit]
    public static void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map, LaneStatistic statistic, float divisor = 1)
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
            Accumulate(activations, channels, map.Length, start, last, used);
            for (var i = 0; i < used.Length; i++)
            {
                var pixel = Math.Min(start + i * T.Count, last);
                if (T.AllBelow(used[i].Check, one))
                    T.Store(used[i].Finish(T.Create(divisor)), ref map[pixel]);
                else
                    statistic.ComputeColumns(activations, map, pixel, T.Count);
            }
        }
    }

    static void Accumulate(ReadOnlySpan<float> activations, int channels, int pixels, int start, int last, Span<TReduction> accumulators)
    {
        accumulators.Fill(TReduction.Start);
        nint stride = pixels;
        ref var origin = ref MemoryMarshal.GetReference(activations);
        var channel = 0;
        for (; channel + 8 <= channels; channel += 8)
        {
            var before = T.Create(channel);
            var share = T.Create(8f / (channel + 8));
            ref var row = ref Unsafe.Add(ref origin, channel * stride);
            for (var i = 0; i < accumulators.Length; i++)
                accumulators[i].AddEight(in Unsafe.Add(ref row, Math.Min(start + i * T.Count, last)), stride, before, share);
        }

        for (; channel < channels; channel++)
        {
            var before = T.Create(channel);
            var share = T.Create(1f / (channel + 1));
            ref var row = ref Unsafe.Add(ref origin, channel * stride);
            for (var i = 0; i < accumulators.Length; i++)
                accumulators[i].Add(T.Load(in Unsafe.Add(ref row, Math.Min(start + i * T.Count, last))), before, share);
        }
    }
}
