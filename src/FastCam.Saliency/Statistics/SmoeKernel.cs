using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>Chooses the widest body of a kernel that the machine has registers for and the tensor has room for.</summary>
static class SmoeDispatch
{
    /// <summary>See <see cref="SmoeKernel{T}"/>.</summary>
    public static void Planar<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, int channels, int stride, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (Lanes512.IsHardwareAccelerated && map.Length >= Lanes512.Count)
            SmoeKernel<Lanes512>.Compute(reader, activations, channels, stride, map, epsilon, scale);
        else if (Lanes256.IsHardwareAccelerated && map.Length >= Lanes256.Count)
            SmoeKernel<Lanes256>.Compute(reader, activations, channels, stride, map, epsilon, scale);
        else if (Lanes128.IsHardwareAccelerated && map.Length >= Lanes128.Count)
            SmoeKernel<Lanes128>.Compute(reader, activations, channels, stride, map, epsilon, scale);
        else
            SmoeColumn.Compute(reader, activations, ChannelBlocks.Planar(channels, stride), map, epsilon, scale, 0, map.Length);
    }

    /// <summary>See <see cref="SmoeBlockedKernel{T}"/>.</summary>
    public static void Blocked<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, float epsilon, float scale)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (Lanes512.IsHardwareAccelerated && layout.Block >= Lanes512.Count)
            SmoeBlockedKernel<Lanes512>.Compute(reader, activations, layout, map, epsilon, scale);
        else if (Lanes256.IsHardwareAccelerated && layout.Block >= Lanes256.Count)
            SmoeBlockedKernel<Lanes256>.Compute(reader, activations, layout, map, epsilon, scale);
        else if (Lanes128.IsHardwareAccelerated && layout.Block >= Lanes128.Count)
            SmoeBlockedKernel<Lanes128>.Compute(reader, activations, layout, map, epsilon, scale);
        else
            SmoeColumn.Compute(reader, activations, layout, map, epsilon, scale, 0, map.Length);
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
    public static void Compute<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, int channels, int stride, Span<float> map, float epsilon, float scale)
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
                    T.Store(SmoeAccumulator<T>.Finish(used[i].Total, used[i].Exponents, used[i].Product, channels, Extractions(channels), epsilon, scale), ref map[pixel]);
                else
                    SmoeColumn.Compute(reader, activations, ChannelBlocks.Planar(channels, stride), map, epsilon, scale, pixel, T.Count);
            }
        }
    }

    /// <summary>The mantissas that <see cref="Accumulate"/> takes per pixel: one for each four channels, and one for each of the rest.</summary>
    static int Extractions(int channels) => channels / 4 + channels % 4;

    /// <summary>Goes once through the channels of a block of pixels. Compiled in full at once: what the runtime would run for the first frames is tens of times slower.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Accumulate<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, int channels, int pixels, float epsilon, int start, int last, Span<SmoeAccumulator<T>> accumulators)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        foreach (ref var a in accumulators) a.Clear();
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

            foreach (ref var a in accumulators) a.Fold();
        }
    }
}
