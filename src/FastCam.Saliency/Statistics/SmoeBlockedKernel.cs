using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCam.Saliency;

/// <summary>
/// SMOE Scale on one SIMD width of a tensor in which channels lie side by side. The arithmetic is <see cref="SmoeKernel{T}"/>'s; but a
/// vector holds channels of one pixel, so that what it accumulates stays in registers while the channels go by, and the lanes are
/// merged in the end.
/// </summary>
static unsafe class SmoeBlockedKernel<T> where T : unmanaged, ILanes<T>
{
    const int CacheLine = 64;

    const int MostPlaces = 16;

    /// <summary>Products of four between two folds: few enough that as many mantissas do not overflow.</summary>
    const int FoldProducts = 32;

    /// <summary>The map of neighbouring pixels of a tensor in blocks.</summary>
    /// <param name="reader">How elements become activations.</param>
    /// <param name="activations">From the first element of the first of the pixels on.</param>
    /// <param name="layout">Blocks of a multiple of the lanes of <typeparamref name="T"/>, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="epsilon">Added to every activation.</param>
    /// <param name="scale">The map's unit in that of the activations that are read.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var mask = stackalloc float[MostPlaces];
        var walk = BlockedWalk.Through(layout, T.Count, mask);
        var room = stackalloc byte[T.Count * sizeof(SmoeAccumulator<T>) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<SmoeAccumulator<T>>((void*)aligned, T.Count);
        accumulators.Clear();
        var extractions = T.Count * walk.Walks * (SmoeKernel<T>.Extractions(walk.Steps) + (walk.Rest >= 0 ? 1 : 0));
        for (var start = 0; start < map.Length; start += T.Count)
        {
            var count = Math.Min(T.Count, map.Length - start);
            Accumulate(reader, activations[(start * layout.Pixel)..], layout.Pixel, walk, mask, epsilon, accumulators[..count]);
            // Lanes without a pixel hold what an earlier group left there, which is not stored.
            Finish(in accumulators[0], layout.Channels, extractions, epsilon, scale, out var smoe, out var isExact);
            if (!isExact)
                SmoeColumn.Compute(reader, activations, layout, map, epsilon, scale, start, count);
            else if (count == T.Count)
                T.Store(smoe, ref map[start]);
            else
                LaneTail.Store(smoe, map.Slice(start, count));
        }
    }

    /// <summary>Goes once through the channels of a few pixels. Compiled in full at once: what the runtime would run for the first frames is tens of times slower.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Accumulate<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, nint pixel, BlockedWalk walk, float* mask, float epsilon, Span<SmoeAccumulator<T>> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var eps = T.Create(epsilon);
        var epsSquared = eps * eps;
        var zero = T.Create(0);
        var step = walk.Step;
        ref var origin = ref MemoryMarshal.GetReference(activations);
        for (var i = 0; i < accumulators.Length; i++)
        {
            T total = zero, sum = zero, exponents = zero, product = T.Create(1);
            for (var place = 0; place < walk.Walks * T.Count; place += T.Count)
            {
                ref var first = ref Unsafe.Add(ref origin, i * pixel + place);
                ref var source = ref first;
                var left = walk.Steps;
                while (left >= 4)
                {
                    for (var fold = Math.Min(left / 4, FoldProducts); fold > 0; fold--, left -= 4, source = ref Unsafe.Add(ref source, 4 * step))
                    {
                        var x0 = reader.Load<T>(in source);
                        var x1 = reader.Load<T>(in Unsafe.Add(ref source, step));
                        var x2 = reader.Load<T>(in Unsafe.Add(ref source, 2 * step));
                        var x3 = reader.Load<T>(in Unsafe.Add(ref source, 3 * step));
                        var sum01 = x0 + x1;
                        var sum23 = x2 + x3;
                        sum += sum01 + sum23;
                        var four = SmoeAccumulator<T>.Four(x0, x1, sum01, x2, x3, sum23, eps, epsSquared);
                        exponents += T.Exponent(four);
                        product *= T.Mantissa(four);
                    }
                    total += sum;
                    sum = zero;
                    exponents += T.Exponent(product) - T.Create(127);
                    product = T.Mantissa(product);
                }

                for (; left > 0; left--, source = ref Unsafe.Add(ref source, step))
                {
                    var x = reader.Load<T>(in source);
                    sum += x;
                    exponents += T.Exponent(x + eps);
                    product *= T.Mantissa(x + eps);
                }

                if (walk.Rest >= 0)
                {
                    var mine = T.Load(in mask[place]);
                    var x = reader.Load<T>(in Unsafe.Add(ref first, walk.Rest)) * mine;
                    var factor = T.MultiplyAdd(eps, mine, x) + (T.Create(1) - mine);
                    sum += x;
                    exponents += T.Exponent(factor);
                    product *= T.Mantissa(factor);
                }
            }

            ref var target = ref accumulators[i];
            target.Total = total + sum;
            target.Exponents = exponents + T.Exponent(product) - T.Create(127);
            target.Product = T.Mantissa(product);
        }
    }

    /// <summary>What the lanes of each pixel kept becomes what the pixel kept, and that its statistic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Finish(ref readonly SmoeAccumulator<T> pixel, int channels, int extractions, float epsilon, float scale, out T smoe, out bool isExact)
    {
        const int Fields = 4;
        var total = LaneMerge<T, LaneSum>.Merge(in pixel.Total, Fields);
        var exponents = LaneMerge<T, LaneSum>.Merge(in pixel.Exponents, Fields);
        var product = LaneMerge<T, LaneProduct>.Merge(in pixel.Product, Fields);
        exponents += T.Exponent(product) - T.Create(127);
        smoe = SmoeAccumulator<T>.Finish(total, exponents, T.Mantissa(product), channels, extractions, epsilon, scale);
        isExact = T.AllBelow(total, T.Create(SmoeKernel<T>.SumLimit));
    }
}
