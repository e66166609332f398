using System.Numerics;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Overlays;

/// <summary>A map made ready to be sampled as levels.</summary>
sealed class OverlayLevels(MapSize size)
{
    readonly float[] _levels = new float[size.Pixels];

    /// <summary>0.5 to 255.5: the whole part of what lies between two of them is the nearest level.</summary>
    public ReadOnlySpan<float> Values => _levels;

    /// <param name="map">The map, 0..1; values outside count as the nearer end, NaN as 0.</param>
    public void Set(ReadOnlySpan<float> map)
    {
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
            MapVector.Store(MapVector.ZeroToOne(MapVector.Load(map, i)) * 255 + new Vector<float>(0.5f), _levels, i);
    }
}
