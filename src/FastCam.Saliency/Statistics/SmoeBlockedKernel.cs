using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>
/// SMOE Scale on one SIMD width of a tensor in which the values of 8 or 16 channels lie side by side: block by block, in each all
/// pixels, in each the block's channels. The arithmetic is <see cref="SmoeKernel{T}"/>'s; but a vector holds channels of one pixel, so
/// that what it accumulates stays in registers while the blocks go by, and the lanes are merged in the end.
/// </summary>
static unsafe class SmoeBlockedKernel<T> where T : unmanaged, ILanes<T>
{
    const int CacheLine = 64;

    /// <summary>Products of four between two folds: few enough that as many mantissas do not overflow.</summary>
    const int FoldProducts = 32;

    /// <summary>The map of neighbouring pixels.</summary>
    /// <param name="activations">From the first value of the first of the pixels on.</param>
    /// <param name="channels">The number of channels; the last block may have room for more, and what lies there does not count.</param>
    /// <param name="block">Channels in a block, a multiple of the lanes of <typeparamref name="T"/>.</param>
    /// <param name="stride">The pixels of the image.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="epsilon">Added to every activation.</param>
    [SkipLocalsInit]
    public static void Compute(ReadOnlySpan<float> activations, int channels, int block, int stride, Span<float> map, float epsilon)
    {
        var vectors = block / T.Count;
        var room = stackalloc byte[block * sizeof(SmoeAccumulator<T>) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<SmoeAccumulator<T>>((void*)aligned, block);
        accumulators.Clear();
        var mask = stackalloc float[block];
        for (var channel = 0; channel < block; channel++) mask[channel] = channel < channels % block ? 1 : 0;
        var partial = new ReadOnlySpan<float>(mask, channels % block > 0 ? block : 0);
        var extractions = block * (SmoeKernel<T>.Extractions(channels / block) + (partial.Length > 0 ? 1 : 0));
        for (var start = 0; start < map.Length; start += T.Count)
        {
            var count = Math.Min(T.Count, map.Length - start);
            Accumulate(activations[(start * block)..], channels / block, stride * block, partial, epsilon, accumulators[..(count * vectors)]);
            if (vectors > 1) Join(accumulators, count, vectors);
            // Lanes without a pixel hold what an earlier group left there, which is not stored.
            Finish(in accumulators[0], channels, extractions, epsilon, out var smoe, out var isExact);
            if (!isExact)
                SmoeColumn.ComputeBlocked(activations, channels, block, stride, map, epsilon, start, count);
            else if (count == T.Count)
                T.Store(smoe, ref map[start]);
            else
                StoreFirst(smoe, map.Slice(start, count));
        }
    }

    /// <summary>All blocks of neighbouring vectors.</summary>
    static void Accumulate(ReadOnlySpan<float> activations, int blocks, nint stride, ReadOnlySpan<float> partial, float epsilon, Span<SmoeAccumulator<T>> accumulators)
    {
        var eps = T.Create(epsilon);
        var epsSquared = eps * eps;
        var zero = T.Create(0);
        ref var origin = ref MemoryMarshal.GetReference(activations);
        for (var i = 0; i < accumulators.Length; i++)
        {
            ref var source = ref Unsafe.Add(ref origin, i * T.Count);
            T total = zero, sum = zero, exponents = zero, product = T.Create(1);
            var left = blocks;
            while (left >= 4)
            {
                for (var fold = Math.Min(left / 4, FoldProducts); fold > 0; fold--, left -= 4, source = ref Unsafe.Add(ref source, 4 * stride))
                {
                    var x0 = T.Max(T.Load(in source), zero);
                    var x1 = T.Max(T.Load(in Unsafe.Add(ref source, stride)), zero);
                    var x2 = T.Max(T.Load(in Unsafe.Add(ref source, 2 * stride)), zero);
                    var x3 = T.Max(T.Load(in Unsafe.Add(ref source, 3 * stride)), zero);
                    var sum01 = x0 + x1;
                    var sum23 = x2 + x3;
                    sum += sum01 + sum23;
                    // (x + e)(y + e) = xy + (e(x + y) + e²): the sum is there already.
                    var four = T.MultiplyAdd(x0, x1, T.MultiplyAdd(sum01, eps, epsSquared)) * T.MultiplyAdd(x2, x3, T.MultiplyAdd(sum23, eps, epsSquared));
                    exponents += T.Exponent(four);
                    product *= T.Mantissa(four);
                }
                total += sum;
                sum = zero;
                exponents += T.Exponent(product) - T.Create(127);
                product = T.Mantissa(product);
            }

            for (; left > 0; left--, source = ref Unsafe.Add(ref source, stride))
            {
                var x = T.Max(T.Load(in source), zero);
                sum += x;
                exponents += T.Exponent(x + eps);
                product *= T.Mantissa(x + eps);
            }

            if (partial.Length > 0)
            {
                var mine = T.Load(in partial[i * T.Count % partial.Length]);
                var x = T.Max(T.Load(in source), zero) * mine;
                var factor = T.MultiplyAdd(eps, mine, x) + (T.Create(1) - mine);
                sum += x;
                exponents += T.Exponent(factor);
                product *= T.Mantissa(factor);
            }

            ref var target = ref accumulators[i];
            target.Total = total + sum;
            target.Exponents = exponents + T.Exponent(product) - T.Create(127);
            target.Product = T.Mantissa(product);
        }
    }

    /// <summary>The vectors of each pixel in one, the pixels side by side.</summary>
    static void Join(Span<SmoeAccumulator<T>> accumulators, int pixels, int vectors)
    {
        for (var pixel = 0; pixel < pixels; pixel++)
        {
            ref var source = ref accumulators[pixel * vectors];
            var (total, exponents, product) = (source.Total, source.Exponents, source.Product);
            for (var i = 1; i < vectors; i++)
            {
                source = ref accumulators[pixel * vectors + i];
                total += source.Total;
                exponents += source.Exponents;
                product *= source.Product;
            }
            ref var target = ref accumulators[pixel];
            target.Total = total;
            target.Exponents = exponents;
            target.Product = product;
        }
    }

    /// <summary>What the lanes of each pixel kept becomes what the pixel kept, and that its statistic.</summary>
    static void Finish(ref readonly SmoeAccumulator<T> pixel, int channels, int extractions, float epsilon, out T smoe, out bool isExact)
    {
        const int Fields = 4;
        var total = LaneMerge<T, LaneSum>.Merge(in pixel.Total, Fields);
        var exponents = LaneMerge<T, LaneSum>.Merge(in pixel.Exponents, Fields);
        var product = LaneMerge<T, LaneProduct>.Merge(in pixel.Product, Fields);
        exponents += T.Exponent(product) - T.Create(127);
        smoe = SmoeAccumulator<T>.Finish(total, exponents, T.Mantissa(product), channels, extractions, epsilon);
        isExact = T.AllBelow(total, T.Create(SmoeKernel<T>.SumLimit));
    }

    static void StoreFirst(T value, Span<float> target)
    {
        Span<float> values = stackalloc float[T.Count];
        T.Store(value, ref values[0]);
        values[..target.Length].CopyTo(target);
    }
}
