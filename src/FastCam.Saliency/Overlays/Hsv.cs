using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>A colour as hue, saturation and value; a vector of colours as three vectors.</summary>
static class Hsv<T> where T : unmanaged, ILanes<T>
{
    /// <summary>How far round the hexagon of six 60-degree sides each channel starts.</summary>
    const float RedSide = 5, GreenSide = 3, BlueSide = 1;

    /// <summary>Red, green and blue, 0..1 where the value is.</summary>
    /// <param name="hue">Degrees, 0 to 360.</param>
    /// <param name="saturation">0..1.</param>
    /// <param name="value">The largest of the three channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (T Red, T Green, T Blue) ToRgb(T hue, T saturation, T value)
    {
        var side = hue * T.Create(1f / 60);
        var chroma = value * saturation;
        return (value - chroma * Lack(side, RedSide), value - chroma * Lack(side, GreenSide), value - chroma * Lack(side, BlueSide));
    }

    /// <summary>What a channel lacks of the value in a fully saturated colour: 0 for two sides of the hexagon, 1 for two, ramps between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Lack(T side, float start)
    {
        var position = side + T.Create(start);
        var turned = position - T.Create(6);
        position = T.WherePositive(turned, turned, position);
        return T.Min(T.Max(T.Min(position, T.Create(4) - position), T.Create(0)), T.Create(1));
    }
}
