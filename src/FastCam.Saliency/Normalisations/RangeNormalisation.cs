using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>Min-max: the smallest pixel becomes 0, the largest 1.</summary>
sealed class RangeNormalisation : Normalisation
{
    public override string Name => "range";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        var (min, max) = MapRange.Of(map);
        if (!(max > min))
        {
            normalised.Fill(0.5f);
            return;
        }

        // Two finite float32 may lie further apart than the largest of them.
        var scale = 1 / ((double)max - min);
        for (var i = 0; i < map.Length; i++)
            normalised[i] = (float)((Value.Finite(map[i]) - (double)min) * scale);
    }
}
