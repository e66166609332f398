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
