namespace FastCam.Saliency.Normalisations;

/// <summary>Each map by its own moments.</summary>
sealed class OwnGauss : Normalisation
{
    public override string Name => "gauss";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time) =>
        GaussNormalisation.Apply(map, normalised);
}
