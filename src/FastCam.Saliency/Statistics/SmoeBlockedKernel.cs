using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// SMOE Scale on one SIMD width of a tensor in which channels lie side by side. The arithmetic is <see cref="SmoeKernel{T}"/>'s; but a
/// vector holds channels of one pixel, and the lanes are merged in the end.
/// </summary>
static unsafe class SmoeBlockedKernel<T> where T : unmanaged, ILanes<T>
{
    const int CacheLine = 64;

    const int MostPlaces = 16;

    /// <summary>Pixels whose accumulators stay in the first-level cache while the channels go by.</summary>
    const int TilePixels = 32;

    /// <summary>
    /// Vectors of a walk between two folds: few enough that the mantissas of their products, a quarter as many, and of the last few do
    /// not overflow.
    /// </summary>
    const int FoldSteps = 128;

    /// <summary>Products of all lanes of a pixel that need no fold: as many mantissas do not overflow.</summary>
    const int UnfoldedProducts = 112;

    /// <summary>The map of neighbouring pixels of a tensor in blocks.</summary>
    /// <param name="reader">How elements become activations.</param>
    /// <param name="activations">From the first element of the first of the pixels on.</param>
    /// <param name="layout">Blocks of a multiple of the lanes of <typeparamref name="T"/>, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="epsilon">Added to every activation.</param>
    /// <param name="scale">The map's unit in that of the activations that are read.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var mask = stackalloc float[MostPlaces];
        var walk = BlockedWalk.Through(layout, T.Count, mask);
        var room = stackalloc byte[TilePixels * sizeof(SmoeAccumulator<T>) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<SmoeAccumulator<T>>((void*)aligned, TilePixels);
        accumulators.Clear();
        var products = walk.Walks * ((walk.Steps + 3) / 4 + (walk.Rest >= 0 ? 1 : 0));
        var folds = products > UnfoldedProducts / T.Count;
        for (var tile = 0; tile < map.Length; tile += TilePixels)
        {
            var used = accumulators[..Math.Min(TilePixels, map.Length - tile)];
            Accumulate(reader, activations[(tile * layout.Pixel)..], layout.Pixel, walk, mask, epsilon, folds, used);
            for (var i = 0; i < used.Length; i += T.Count)
            {
                var (start, count) = (tile + i, Math.Min(T.Count, used.Length - i));
                // Lanes without a pixel hold what an earlier group left there, which is not stored.
                Finish(in accumulators[i], folds, layout.Channels, T.Count * products, epsilon, scale, out var smoe, out var isExact);
                if (!isExact)
                    SmoeColumn.Compute(reader, activations, layout, map, epsilon, scale, start, count);
                else if (count == T.Count)
                    T.Store(smoe, ref map[start]);
                else
                    LaneTail.Store(smoe, map.Slice(start, count));
            }
        }
    }

    /// <summary>
    /// Goes once through the channels of a tile of pixels. Compiled in full at once: what the runtime would run for the first frames
    /// is tens of times slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Accumulate<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, nint pixel, BlockedWalk walk, float* mask, float epsilon, bool folds,
        Span<SmoeAccumulator<T>> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var eps = T.Create(epsilon);
        var epsSquared = eps * eps;
        var step = walk.Step;
        ref var origin = ref MemoryMarshal.GetReference(activations);
        var seen = 0;
        if (walk.Steps >= 4)
        {
            ref var source = ref origin;
            var next = Next(0);
            foreach (ref var a in accumulators)
            {
                var (sum, product) = SmoeFour<T>.Load(reader, ref source, step, next, eps, epsSquared);
                a.Total = T.Create(0);
                a.Sum = sum;
                a.Exponents = T.Exponent(product);
                a.Product = T.Mantissa(product);
                source = ref Unsafe.Add(ref source, pixel);
            }
            seen = 4;
        }
        else
        {
            foreach (ref var a in accumulators)
                a.Clear();
        }

        for (var place = 0; place < walk.Walks * T.Count; place += T.Count, seen = 0)
        {
            ref var first = ref Unsafe.Add(ref origin, place);
            for (; seen + 4 <= walk.Steps; seen += 4)
            {
                ref var source = ref Unsafe.Add(ref first, seen * step);
                var next = Next(seen);
                foreach (ref var a in accumulators)
                {
                    var (sum, product) = SmoeFour<T>.Load(reader, ref source, step, next, eps, epsSquared);
                    a.Add(sum, product);
                    source = ref Unsafe.Add(ref source, pixel);
                }
                if (seen % FoldSteps == FoldSteps - 4)
                {
                    foreach (ref var a in accumulators)
                        a.Fold();
                }
            }

            if (seen < walk.Steps)
            {
                ref var source = ref Unsafe.Add(ref first, seen * step);
                var left = walk.Steps - seen;
                foreach (ref var a in accumulators)
                {
                    var sum = reader.Load<T>(in source);
                    var product = sum + eps;
                    for (var i = 1; i < left; i++)
                    {
                        var x = reader.Load<T>(in Unsafe.Add(ref source, i * step));
                        sum += x;
                        product *= x + eps;
                    }
                    a.Add(sum, product);
                    source = ref Unsafe.Add(ref source, pixel);
                }
            }

            if (walk.Rest >= 0)
            {
                var mine = T.Load(in mask[place]);
                var other = T.Create(1) - mine;
                ref var source = ref Unsafe.Add(ref first, walk.Rest);
                foreach (ref var a in accumulators)
                {
                    var x = reader.Load<T>(in source) * mine;
                    a.Add(x, T.MultiplyAdd(eps, mine, x) + other);
                    source = ref Unsafe.Add(ref source, pixel);
                }
            }

            if (folds)
            {
                foreach (ref var a in accumulators)
                    a.Fold();
            }
        }

        // The same place in the next steps; after the last, that of the next tile in the first.
        nint Next(int seen) => seen + 8 <= walk.Steps ? 4 * step : TilePixels * pixel - seen * step;
    }

    /// <summary>What the lanes of each pixel kept becomes what the pixel kept, and that its statistic.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Finish(
        ref readonly SmoeAccumulator<T> pixel, bool isFolded, int channels, int extractions, float epsilon, float scale, out T smoe, out bool isExact)
    {
        const int Fields = 4;
        var total = LaneMerge<T, LaneSum>.Merge(in isFolded ? ref pixel.Total : ref pixel.Sum, Fields);
        var exponents = LaneMerge<T, LaneSum>.Merge(in pixel.Exponents, Fields);
        var product = LaneMerge<T, LaneProduct>.Merge(in pixel.Product, Fields);
        exponents += T.Exponent(product) - T.Create(127);
        smoe = SmoeAccumulator<T>.Finish(total, exponents, T.Mantissa(product), channels, extractions, epsilon, scale);
        isExact = T.AllBelow(total, T.Create(SmoeKernel<T>.SumLimit));
    }
}
