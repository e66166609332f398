using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>Min-max: the smallest pixel becomes 0, the largest 1.</summary>
sealed class RangeNormalisation : Normalisation
{
    public override string Name => "range";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        var (min, max) = MapRange.Find(map);
        if (!(max > min))
        {
            normalised.Fill(0.5f);
            return;
        }

        // Two finite float32 may lie further apart than the largest of them.
        var scale = 1 / ((double)max - min);
        for (var i = 0; i < map.Length; i++)
            normalised[i] = (float)((FiniteFloat.From(map[i]) - (double)min) * scale);
    }
}

/// <summary>The smallest and the largest pixel of a map, NaN counted as 0 and infinities as the largest float32 of their sign.</summary>
static class MapRange
{
    public static (float Min, float Max) Find(ReadOnlySpan<float> map)
    {
        var (min, max) = (float.MaxValue, float.MinValue);
        foreach (var value in map)
        {
            var finite = FiniteFloat.From(value);
            min = Math.Min(min, finite);
            max = Math.Max(max, finite);
        }

        return (min, max);
    }
}
