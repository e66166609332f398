using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// The SMOE Scale statistic (Equation 2 of the paper): how far the channel values of each pixel are from all being equal,
/// weighted by how large they are.
/// </summary>
public static class SmoeScale
{
    /// <summary>What is added to every activation so that zeros have a logarithm: the authors' code's value, not the printed 1e-6.</summary>
    public const float DefaultEpsilon = 1e-7f;

    /// <summary>The smallest epsilon whose fourth power is still a normal float32: four values are multiplied at a time.</summary>
    internal const float SmallestEpsilon = 1e-9f;

    /// <summary>
    /// Logarithms closer than this are taken for equal: float32 cannot tell the difference from rounding, and rounding must not
    /// become a pattern where every channel is 0.
    /// </summary>
    internal const float Resolution = 1f / (1 << 20);

    /// <summary>
    /// Computes, for each pixel over its r channels, with x' = x + epsilon and mu = mean(x'):
    /// mu · (log2 mu − mean(log2 x')).
    /// </summary>
    /// <param name="activations">Channels × pixels, channel-major: one image of an NCHW tensor. Negative values and NaN count as
    /// 0, +Infinity as the largest float32.</param>
    /// <param name="channels">The number of channels r.</param>
    /// <param name="map">One value a pixel: finite, at least 0, exactly 0 where every channel is 0. Differs from the exact value by
    /// at most 5e-6 · (mu + value).</param>
    /// <param name="epsilon">Added to every activation, 1e-9 to 1. It changes the order of near-ties.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a parameter is out of its range.</exception>
    public static void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map, float epsilon = DefaultEpsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        ThrowIfOutOfRange(epsilon);
        if (activations.Length != (long)channels * map.Length)
            throw new ArgumentException($"{activations.Length} activations are not {channels} channels of {map.Length} pixels.", nameof(activations));

        SmoeDispatch.Planar(new FloatReader(), activations, channels, map.Length, map, epsilon, 1);
    }

    internal static void ThrowIfOutOfRange(float epsilon)
    {
        if (!(epsilon is >= SmallestEpsilon and <= 1))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, $"The epsilon must lie between {SmallestEpsilon} and 1.");
    }
}

/// <summary><see cref="SmoeScale"/> with its epsilon.</summary>
sealed class SmoeStatistic(float epsilon) : PartStatistic
{
    public override float Epsilon => epsilon;

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
        if (quantisation.IsSigned)
            Compute(new ByteReader(0x80, (byte)(zero + 128)), values, layout, channelsLast, map, quantisation.Scale);
        else if (zero != 0)
            Compute(new ByteReader(0, (byte)zero), values, layout, channelsLast, map, quantisation.Scale);
        else
            Compute(new StepReader(), values, layout, channelsLast, map, quantisation.Scale);
    }

    void Compute<TReader>(TReader reader, ReadOnlySpan<byte> activations, ChannelBlocks layout, bool channelsLast, Span<float> map, float scale)
        where TReader : struct, IReader<byte>
    {
        if (channelsLast)
            SmoeDispatch.Blocked(reader, activations, layout, map, epsilon / scale, scale);
        else
            SmoeDispatch.Planar(reader, activations, layout.Channels, layout.Stride, map, epsilon / scale, scale);
    }

    /// <summary>A step must be neither so large that epsilon vanishes beside it nor smaller than epsilon.</summary>
    public override bool Supports(Quantisation quantisation) =>
        quantisation.IsValid && epsilon / quantisation.Scale is >= SmoeScale.SmallestEpsilon and <= 1;
}
