using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>The smallest and the largest pixel of a map, NaN counted as 0 and infinities as the largest float32 of their sign.</summary>
static class MapRange
{
    public static (float Min, float Max) Of(ReadOnlySpan<float> map)
    {
        var (min, max) = (float.MaxValue, float.MinValue);
        foreach (var value in map)
        {
            var finite = Value.Finite(value);
            min = Math.Min(min, finite);
            max = Math.Max(max, finite);
        }

        return (min, max);
    }
}
