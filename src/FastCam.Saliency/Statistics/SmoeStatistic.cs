using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary><see cref="SmoeScale"/> with its epsilon.</summary>
sealed class SmoeStatistic(float epsilon) : PartStatistic
{
    public override string Name => "smoe";

    public override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        SmoeScale.Compute(activations, channels, map, epsilon);

    public override void ComputePart(ReadOnlySpan<float> activations, int channels, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        SmoeDispatch.Planar(new FloatReader(), activations[start..], channels, pixels, map, epsilon, 1);
    }

    public override void ComputeBlockedPart(ReadOnlySpan<float> activations, int channels, int block, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, FilledUp(channels, block), start, map);
        SmoeDispatch.Blocked(new FloatReader(), activations[(start * block)..], new ChannelBlocks(channels, block, pixels), map, epsilon, 1);
    }

    /// <summary>
    /// The statistic of the activations is that of the whole steps above the zero point, times the step, when epsilon is counted in steps
    /// too: so the scale is applied once a pixel.
    /// </summary>
    public override void ComputePart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, bool channelsLast, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        ThrowIfUnsupported(quantisation);
        var layout = channelsLast ? ChannelBlocks.ChannelsLast(channels) : ChannelBlocks.Planar(channels, pixels);
        var values = activations[(channelsLast ? start * channels : start)..];
        var zero = quantisation.ZeroPoint;
        if (quantisation.IsSigned) Compute(new ByteReader(0x80, (byte)(zero + 128)), values, layout, channelsLast, map, quantisation.Scale);
        else if (zero != 0) Compute(new ByteReader(0, (byte)zero), values, layout, channelsLast, map, quantisation.Scale);
        else Compute(new StepReader(), values, layout, channelsLast, map, quantisation.Scale);
    }

    void Compute<TReader>(TReader reader, ReadOnlySpan<byte> activations, ChannelBlocks layout, bool channelsLast, Span<float> map, float scale) where TReader : struct, IReader<byte>
    {
        if (channelsLast) SmoeDispatch.Blocked(reader, activations, layout, map, epsilon / scale, scale);
        else SmoeDispatch.Planar(reader, activations, layout.Channels, layout.Stride, map, epsilon / scale, scale);
    }

    /// <summary>A step must be neither so large that epsilon vanishes beside it nor smaller than epsilon.</summary>
    public override bool Supports(Quantisation quantisation) =>
        quantisation.IsValid && epsilon / quantisation.Scale is >= SmoeScale.SmallestEpsilon and <= 1;
}
