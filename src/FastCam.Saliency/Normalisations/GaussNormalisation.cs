using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>
/// The paper's normalisation of one map to 0..1: the normal distribution function of its z-scores, Phi((s − mean) / sigma),
/// with the mean and the unbiased standard deviation of that map alone.
/// </summary>
public static class GaussNormalisation
{
    /// <summary>Normalises a map of any size, to within 1e-6 of the exact value.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="normalised">As many values, 0..1: 0.5 everywhere where all pixels are equal or there is only one. May be
    /// <paramref name="map"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> map, Span<float> normalised) => Apply(map, normalised, Moments(map));

    /// <summary>Normalises a map by moments that are not its own: of other frames, or of the whole that it is a part of.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="normalised">As many values, 0..1: 0.5 everywhere where sigma is 0. May be <paramref name="map"/> itself.</param>
    /// <param name="moments">The mean and the standard deviation, both finite, sigma at least 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a moment is out of its range.</exception>
    public static void Apply(ReadOnlySpan<float> map, Span<float> normalised, GaussMoments moments)
    {
        if (map.Length != normalised.Length)
            throw new ArgumentException($"A map of {map.Length} pixels does not fit one of {normalised.Length}.", nameof(normalised));
        if (!double.IsFinite(moments.Mean) || !(moments.Sigma is >= 0 and <= double.MaxValue))
            throw new ArgumentException($"{moments} are no moments to normalise by.", nameof(moments));
        if (moments.Sigma == 0)
        {
            normalised.Fill(0.5f);
            return;
        }

        if (Lanes512.IsHardwareAccelerated)
            GaussKernel<Lanes512>.Apply(map, normalised, moments);
        else if (Lanes256.IsHardwareAccelerated)
            GaussKernel<Lanes256>.Apply(map, normalised, moments);
        else
            GaussKernel<Lanes128>.Apply(map, normalised, moments);
    }

    /// <summary>The mean and the unbiased standard deviation of a map; sigma is exactly 0 where all pixels are equal or there is at most one.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    public static GaussMoments Moments(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty)
            return default;
        if (map.Length == 1)
            return new GaussMoments(Finite(map[0]), 0);
        return Lanes512.IsHardwareAccelerated ? GaussKernel<Lanes512>.Moments(map)
            : Lanes256.IsHardwareAccelerated ? GaussKernel<Lanes256>.Moments(map)
            : GaussKernel<Lanes128>.Moments(map);
    }

    internal static float Finite(float value) => float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);
}
