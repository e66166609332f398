namespace FastCam.Saliency.Normalisations;

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
