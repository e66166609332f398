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

/// <summary>Each map by its own moments.</summary>
sealed class OwnGauss : Normalisation
{
    public override string Name => "gauss";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time) =>
        GaussNormalisation.Apply(map, normalised);
}

/// <summary>Each layer by moments measured beforehand.</summary>
sealed class FixedGauss : Normalisation
{
    readonly GaussMoments[] _moments;

    public FixedGauss(int layers, IReadOnlyList<GaussMoments>? moments)
    {
        if (moments is null)
            throw new ArgumentException("The normalisation \"gauss-fixed\" needs a mean and a sigma for each layer; \"fastcam calibrate\" measures them.");
        if (moments.Count != layers)
            throw new ArgumentException($"The normalisation \"gauss-fixed\" was given a mean and a sigma for {moments.Count} layers; there are {layers}.");
        foreach (var pair in moments)
        {
            if (!double.IsFinite(pair.Mean) || !(pair.Sigma is > 0 and <= double.MaxValue))
                throw new ArgumentException($"The normalisation \"gauss-fixed\" cannot use the mean {pair.Mean} and the sigma {pair.Sigma}: both must be finite, and sigma above 0.");
        }

        _moments = [.. moments];
    }

    public override string Name => "gauss-fixed";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time) =>
        GaussNormalisation.Apply(map, normalised, _moments[layer]);
}

/// <summary>
/// Each layer by exponential averages over time of its maps' means and sigmas. They begin with the first map that has
/// differences, for a dark first frame has no sigma to start from, and anew where time runs backwards, as in a file that starts
/// again.
/// </summary>
sealed class RunningGauss(int layers, TimeSpan halfLife) : Normalisation
{
    readonly HalfLife _halfLife = new(halfLife);
    readonly (GaussMoments Moments, TimeSpan Time)[] _averages = new (GaussMoments, TimeSpan)[layers];

    public override string Name => "gauss-running";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        ref var average = ref _averages[layer];
        var newest = GaussNormalisation.Moments(map);
        average = (average.Moments.Sigma == 0 || time < average.Time ? newest : Between(average.Moments, newest, _halfLife.Share(time - average.Time)), time);
        GaussNormalisation.Apply(map, normalised, average.Moments);
    }

    public override void Restart() => Array.Clear(_averages);

    static GaussMoments Between(GaussMoments from, GaussMoments to, double share) =>
        new(from.Mean + share * (to.Mean - from.Mean), from.Sigma + share * (to.Sigma - from.Sigma));
}

/// <summary>What the Gauss normalisation of one layer's map needs: the mean and the standard deviation of its pixels.</summary>
/// <param name="Mean">Their mean, in the statistic's unit.</param>
/// <param name="Sigma">Their standard deviation, at least 0.</param>
public readonly record struct GaussMoments(double Mean, double Sigma);
