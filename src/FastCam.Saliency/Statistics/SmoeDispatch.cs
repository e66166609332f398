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
