using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>A colour as hue, saturation and value; a vector of colours as three vectors.</summary>
static class Hsv
{
    /// <summary>How far round the hexagon of six 60-degree sides each channel starts.</summary>
    const float RedSide = 5, GreenSide = 3, BlueSide = 1;

    /// <summary>Red, green and blue, 0..1 where the value is.</summary>
    /// <param name="hue">Degrees, 0 to 360.</param>
    /// <param name="saturation">0..1.</param>
    /// <param name="value">The largest of the three channels.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector<float> Red, Vector<float> Green, Vector<float> Blue) ToRgb(Vector<float> hue, Vector<float> saturation, Vector<float> value)
    {
        var side = hue * (1f / 60);
        var chroma = value * saturation;
        return (value - chroma * Lack(side, RedSide), value - chroma * Lack(side, GreenSide), value - chroma * Lack(side, BlueSide));
    }

    /// <summary>What a channel lacks of the value in a fully saturated colour: 0 for two sides of the hexagon, 1 for two, ramps between.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<float> Lack(Vector<float> side, float start)
    {
        var position = side + new Vector<float>(start);
        position -= Vector.ConditionalSelect(Vector.GreaterThanOrEqual(position, new Vector<float>(6)), new Vector<float>(6), Vector<float>.Zero);
        return Vector.Clamp(Vector.Min(position, new Vector<float>(4) - position), Vector<float>.Zero, Vector<float>.One);
    }
}
