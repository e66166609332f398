using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>Chooses the widest body of a kernel that the machine has registers for and the tensor has room for.</summary>
static class SmoeDispatch
{
    /// <summary>See <see cref="SmoeKernel{T}"/>.</summary>
    public static void Planar<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, int channels, int stride, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        var layout = ChannelBlocks.Planar(channels, stride);
        if (!VectorWidth.TryRun(new PlanarCall<TElement, TReader>(reader, activations, layout, map, epsilon, scale), map.Length))
            SmoeColumn.Compute(reader, activations, layout, map, epsilon, scale, 0, map.Length);
    }

    /// <summary>See <see cref="SmoeBlockedKernel{T}"/>.</summary>
    public static void Blocked<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (!VectorWidth.TryRun(new BlockedCall<TElement, TReader>(reader, activations, layout, map, epsilon, scale), layout.Block))
            SmoeColumn.Compute(reader, activations, layout, map, epsilon, scale, 0, map.Length);
    }

    readonly ref struct PlanarCall<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale) : ILaneCall
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        readonly ReadOnlySpan<TElement> _activations = activations;
        readonly Span<float> _map = map;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> =>
            SmoeKernel<T>.Compute(reader, _activations, layout.Channels, layout.Stride, _map, epsilon, scale);
    }

    readonly ref struct BlockedCall<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale) : ILaneCall
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        readonly ReadOnlySpan<TElement> _activations = activations;
        readonly Span<float> _map = map;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => SmoeBlockedKernel<T>.Compute(reader, _activations, layout, _map, epsilon, scale);
    }
}

/// <summary>
/// SMOE Scale on one SIMD width, at about the cost of reading the tensor once: per value it accumulates the sum, the exponent
/// and the product of mantissas, so that only one logarithm per pixel is left.
/// </summary>
static unsafe class SmoeKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Pixels whose accumulators stay in the first-level cache while the channels go by.</summary>
    const int BlockPixels = 512;

    const int CacheLine = 64;

    /// <summary>Channels between two folds: few enough that neither 32 mantissas overflow nor one long sum loses digits.</summary>
    const int FoldChannels = 128;

    /// <summary>A sum below this proves that no product of four values overflowed and that none was NaN or infinite.</summary>
    public const float SumLimit = 1u << 31;

    /// <summary>The map of every pixel; the map must have at least as many pixels as <typeparamref name="T"/> has lanes.</summary>
    public static void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map, float epsilon) =>
        Compute(new FloatReader(), activations, channels, map.Length, map, epsilon, 1);

    /// <summary>The map of neighbouring pixels, at least as many as <typeparamref name="T"/> has lanes, of an image that may have more.</summary>
    /// <param name="reader">How elements become activations.</param>
    /// <param name="activations">From the first channel of the first of the pixels on.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="stride">The pixels of the image: from one channel to the next.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <param name="epsilon">Added to every activation.</param>
    /// <param name="scale">The map's unit in that of the activations that are read.</param>
    [SkipLocalsInit]
    public static void Compute<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, int channels, int stride, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        // stackalloc aligns to 16 bytes, and every vector that straddles two cache lines would cost two accesses.
        var room = stackalloc byte[BlockPixels * 4 * sizeof(float) + CacheLine];
        var aligned = ((nuint)room + CacheLine - 1) & ~(nuint)(CacheLine - 1);
        var accumulators = new Span<SmoeAccumulator<T>>((void*)aligned, BlockPixels / T.Count);
        var limit = T.Create(SumLimit);
        for (var start = 0; start < map.Length; start += BlockPixels)
        {
            var end = Math.Min(start + BlockPixels, map.Length);
            // The last vector of a map is moved back to end with it, over pixels that it computes again.
            var last = map.Length - T.Count;
            var used = accumulators[..((end - start + T.Count - 1) / T.Count)];
            Accumulate(reader, activations, channels, stride, epsilon, start, last, used);
            for (var i = 0; i < used.Length; i++)
            {
                var pixel = Math.Min(start + i * T.Count, last);
                if (T.AllBelow(used[i].Total, limit))
                {
                    T.Store(SmoeAccumulator<T>.Finish(
                        used[i].Total, used[i].Exponents, used[i].Product, channels, Extractions(channels), epsilon, scale), ref map[pixel]);
                }
                else
                {
                    SmoeColumn.Compute(reader, activations, ChannelBlocks.Planar(channels, stride), map, epsilon, scale, pixel, T.Count);
                }
            }
        }
    }

    /// <summary>The mantissas that <see cref="Accumulate"/> takes per pixel: one for each four channels, and one for each of the rest.</summary>
    static int Extractions(int channels) => channels / 4 + channels % 4;

    /// <summary>
    /// Goes once through the channels of a block of pixels. Compiled in full at once: what the runtime would run for the first frames
    /// is tens of times slower.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Accumulate<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, int channels, int pixels, float epsilon, int start, int last, Span<SmoeAccumulator<T>> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        foreach (ref var a in accumulators)
            a.Clear();
        var eps = T.Create(epsilon);
        var epsSquared = eps * eps;
        nint stride = pixels;
        ref var origin = ref MemoryMarshal.GetReference(activations);
        var channel = 0;
        for (var fold = 0; fold < channels; fold += FoldChannels)
        {
            var foldEnd = Math.Min(fold + FoldChannels, channels);
            for (; channel + 4 <= foldEnd; channel += 4)
            {
                ref var row = ref Unsafe.Add(ref origin, channel * stride);
                for (var i = 0; i < accumulators.Length; i++)
                {
                    ref var source = ref Unsafe.Add(ref row, Math.Min(start + i * T.Count, last));
                    ref var a = ref accumulators[i];
                    var (sum, product) = SmoeFour<T>.Load(reader, ref source, stride, 4 * stride, eps, epsSquared);
                    a.Add(sum, product);
                }
            }

            for (; channel < foldEnd; channel++)
            {
                ref var row = ref Unsafe.Add(ref origin, channel * stride);
                for (var i = 0; i < accumulators.Length; i++)
                {
                    ref var a = ref accumulators[i];
                    var x = reader.Load<T>(in Unsafe.Add(ref row, Math.Min(start + i * T.Count, last)));
                    a.Add(x, x + eps);
                }
            }

            foreach (ref var a in accumulators)
                a.Fold();
        }
    }
}

/// <summary>
/// What SMOE Scale keeps of each pixel of a vector while the channels go by: the sum, and the product of all values as exponents and
/// one mantissa.
/// </summary>
struct SmoeAccumulator<T> where T : unmanaged, ILanes<T>
{
    public T Total, Sum, Exponents, Product;

    /// <summary>Field by field: a copy of the whole would be stored in smaller pieces than it is then loaded in, and each load would wait for them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        Total = T.Create(0);
        Sum = T.Create(0);
        Exponents = T.Create(0);
        Product = T.Create(1);
    }

    /// <summary>One value more.</summary>
    /// <param name="value">What is added to the sum.</param>
    /// <param name="factor">What the product is multiplied by, positive.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T value, T factor)
    {
        Sum += value;
        Exponents += T.Exponent(factor);
        Product *= T.Mantissa(factor);
    }

    /// <summary>Brings the product back to [1, 2) before it can overflow, and the short sum to the long one before it loses digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fold()
    {
        Total += Sum;
        Sum = T.Create(0);
        Exponents += T.Exponent(Product) - T.Create(127);
        Product = T.Mantissa(Product);
    }

    /// <summary>mu · (log2 mu − mean(log2 x')), the integer parts of the logarithms subtracted before they can round.</summary>
    /// <param name="total">The sum of all values.</param>
    /// <param name="exponents">The exponents of all values.</param>
    /// <param name="product">What is left of their product, in [1, 2).</param>
    /// <param name="channels">The channels r.</param>
    /// <param name="extractions">The mantissas that were taken: each brought the exponent's bias of 127 with it.</param>
    /// <param name="epsilon">What was added to every value.</param>
    /// <param name="scale">The result's unit in that of the values.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Finish(T total, T exponents, T product, int channels, int extractions, float epsilon, float scale)
    {
        var r = T.Create(channels);
        var oneOverR = T.Create(1f / channels);
        var mean = total * oneOverR + T.Create(epsilon);
        var integer = (T.Exponent(mean) - T.Create(127)) * r - (exponents - T.Create(127f * extractions));
        var fraction = Log2(T.Mantissa(mean)) * r - Log2(product);
        return mean * T.Create(scale) * T.ZeroBelow((integer + fraction) * oneOverR, T.Create(SmoeScale.Resolution));
    }

    /// <summary>log2 of numbers in [1, 2), to within 1.5e-7; of 1 exactly 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Log2(T mantissa)
    {
        var x = mantissa - T.Create(1);
        var p = T.MultiplyAdd(x, T.Create(0.0056704562f), T.Create(-0.034416169f));
        p = T.MultiplyAdd(p, x, T.Create(0.098225482f));
        p = T.MultiplyAdd(p, x, T.Create(-0.18309085f));
        p = T.MultiplyAdd(p, x, T.Create(0.26790586f));
        p = T.MultiplyAdd(p, x, T.Create(-0.35595164f));
        p = T.MultiplyAdd(p, x, T.Create(0.48026839f));
        p = T.MultiplyAdd(p, x, T.Create(-0.72130561f));
        p = T.MultiplyAdd(p, x, T.Create(1.4426941f));
        return p * x;
    }
}

/// <summary>
/// SMOE Scale one pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vector kernel
/// cannot take.
/// </summary>
static class SmoeColumn
{
    public static void Compute<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale, int start, int count)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        for (var pixel = start; pixel < start + count; pixel++)
        {
            var sums = new Sums(epsilon);
            for (var channel = 0; channel < layout.Channels; channel++)
                sums.Add(reader.Value(activations[layout.Offset(channel, pixel)]));
            map[pixel] = sums.Finish(layout.Channels, scale);
        }
    }

    struct Sums(double epsilon)
    {
        double _sum, _logarithms;

        public void Add(double activation)
        {
            var x = activation + epsilon;
            _sum += x;
            _logarithms += Math.Log2(x);
        }

        public readonly float Finish(int channels, double scale)
        {
            var mean = _sum / channels;
            var difference = Math.Log2(mean) - _logarithms / channels;
            return difference < SmoeScale.Resolution ? 0 : (float)Math.Min(mean * difference * scale, float.MaxValue);
        }
    }
}

/// <summary>Four vectors of channels at once, for one extraction of exponent and mantissa instead of four.</summary>
static class SmoeFour<T> where T : unmanaged, ILanes<T>
{
    /// <summary>Their sum, and the product (a + e)(b + e)(c + e)(d + e), as (a + e)(b + e) = ab + (e(a + b) + e²) and the sum is there already.</summary>
    /// <param name="reader">How elements become activations.</param>
    /// <param name="source">The first.</param>
    /// <param name="step">From one to the next.</param>
    /// <param name="next">From these to the four that are soon to be read.</param>
    /// <param name="eps">What is added to every activation.</param>
    /// <param name="epsSquared">Its square.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Sum, T Product) Load<TElement, TReader>(TReader reader, ref TElement source, nint step, nint next, T eps, T epsSquared)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (step == T.Count)
            Prefetch.Line(ref source, next);
        else
            Prefetch.Four(ref source, next, step);
        var a = reader.Load<T>(in source);
        var b = reader.Load<T>(in Unsafe.Add(ref source, step));
        var c = reader.Load<T>(in Unsafe.Add(ref source, 2 * step));
        var d = reader.Load<T>(in Unsafe.Add(ref source, 3 * step));
        var ab = a + b;
        var cd = c + d;
        return (ab + cd, T.MultiplyAdd(a, b, T.MultiplyAdd(ab, eps, epsSquared)) * T.MultiplyAdd(c, d, T.MultiplyAdd(cd, eps, epsSquared)));
    }
}
