namespace FastCam.Saliency;

/// <summary>
/// <see cref="SmoeScale"/> straight on quantised tensors, a quarter of the bytes. The statistic of the activations is that of the whole steps
/// above the zero point, times the step, when epsilon is counted in steps too: so the scale is applied once a pixel.
/// </summary>
public static class QuantisedSmoeScale
{
    /// <summary>Whether the statistic can be taken in steps: a step must be neither so large that epsilon vanishes beside it nor smaller than epsilon.</summary>
    public static bool Supports(Quantisation quantisation, float epsilon = SmoeScale.DefaultEpsilon) =>
        quantisation.Scale > 0 && epsilon / quantisation.Scale is >= SmoeScale.SmallestEpsilon and <= 1
        && quantisation.ZeroPoint >= (quantisation.IsSigned ? sbyte.MinValue : byte.MinValue) && quantisation.ZeroPoint <= (quantisation.IsSigned ? sbyte.MaxValue : byte.MaxValue);

    /// <summary>Some neighbouring pixels of an image whose channels lie one after another.</summary>
    /// <param name="activations">The whole image: channels × pixels, channel-major.</param>
    /// <param name="quantisation">What the bytes stand for.</param>
    /// <param name="channels">The number of channels r.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of the pixels; differs from the exact value by at most 5e-6 · (mu + value).</param>
    /// <param name="epsilon">Added to every activation, 1e-9 to 1.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a parameter is out of its range.</exception>
    public static void ComputePart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, int start, Span<float> map, float epsilon = SmoeScale.DefaultEpsilon)
    {
        var pixels = Check(activations, quantisation, channels, start, map, epsilon);
        SmoeDispatch.Planar(Reader(quantisation), activations[start..], channels, pixels, map, epsilon / quantisation.Scale, quantisation.Scale);
    }

    /// <summary>Some neighbouring pixels of an image in which the channels of each pixel lie side by side.</summary>
    /// <param name="activations">The whole image: pixels × channels, pixel-major.</param>
    /// <param name="quantisation">What the bytes stand for.</param>
    /// <param name="channels">The number of channels r.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of the pixels; differs from the exact value by at most 5e-6 · (mu + value).</param>
    /// <param name="epsilon">Added to every activation, 1e-9 to 1.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a parameter is out of its range.</exception>
    public static void ComputeChannelsLastPart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, int start, Span<float> map, float epsilon = SmoeScale.DefaultEpsilon)
    {
        Check(activations, quantisation, channels, start, map, epsilon);
        SmoeDispatch.Blocked(Reader(quantisation), activations[(start * channels)..], ChannelBlocks.ChannelsLast(channels), map, epsilon / quantisation.Scale, quantisation.Scale);
    }

    static ByteReader Reader(Quantisation quantisation) =>
        quantisation.IsSigned ? new ByteReader(0x80, (byte)(quantisation.ZeroPoint ^ 0x80)) : new ByteReader(0, (byte)quantisation.ZeroPoint);

    static int Check(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, int start, Span<float> map, float epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        SmoeScale.ThrowIfOutOfRange(epsilon);
        if (!Supports(quantisation, epsilon)) throw new ArgumentOutOfRangeException(nameof(quantisation), quantisation, $"The statistic cannot be taken in these steps with the epsilon {epsilon}.");
        var pixels = Math.DivRem(activations.Length, channels, out var rest);
        return rest == 0 && start >= 0 && start <= pixels - map.Length
            ? pixels
            : throw new ArgumentException($"{activations.Length} activations in {channels} channels have no {map.Length} pixels from the pixel {start} on.", nameof(activations));
    }
}
