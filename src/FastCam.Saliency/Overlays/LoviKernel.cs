using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>The arithmetic of <see cref="Lovi"/> on one SIMD width, for pictures of any size.</summary>
/// <param name="layers">The layers, upsampled.</param>
/// <param name="weights">A weight a layer.</param>
/// <param name="hues">A hue a layer.</param>
readonly ref struct LoviKernel<T>(ReadOnlySpan<LoviLayer> layers, ReadOnlySpan<float> weights, ReadOnlySpan<float> hues) where T : unmanaged, ILanes<T>
{
    readonly ReadOnlySpan<LoviLayer> _layers = layers;
    readonly ReadOnlySpan<float> _weights = weights;
    readonly ReadOnlySpan<float> _hues = hues;

    /// <summary>Draws hue, saturation and value, or red, green and blue.</summary>
    public void Draw(Span<float> planes, bool hsv)
    {
        var pixels = planes.Length / 3;
        var (least, scale) = JointScale();
        for (var i = 0; i < pixels; i += T.Count)
        {
            var (a, b, c) = Pixel(i, T.Create(least), scale);
            if (!hsv)
                (a, b, c) = Hsv<T>.ToRgb(a, b, T.Min(c, T.Create(1)));
            MapLanes<T>.Store(a, planes[..pixels], i);
            MapLanes<T>.Store(b, planes.Slice(pixels, pixels), i);
            MapLanes<T>.Store(c, planes[(2 * pixels)..], i);
        }
    }

    (float Least, float Scale) JointScale()
    {
        var (least, largest) = (float.PositiveInfinity, 0f);
        foreach (var layer in _layers)
            (least, largest) = (Math.Min(least, layer.Least), Math.Max(largest, layer.Largest));
        return largest > least ? (least, 1 / (largest - least)) : (0, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    (T Hue, T Saturation, T Value) Pixel(int i, T least, float scale)
    {
        var zero = T.Create(0);
        var (sum, centre, largest) = (zero, zero, zero);
        for (var k = 0; k < _layers.Length; k++)
        {
            var s = (T.Load(in _layers[k].Values[i]) - least) * T.Create(scale * _weights[k]);
            sum += s;
            centre += s * T.Create(_hues[k]);
            largest = T.Max(largest, s);
        }

        // 1 − (sum / (n · max) − 1/n) / (1 − 1/n) in a form with one division; 0 for the one layer that has no order.
        var one = T.Create(1);
        var alike = (sum - largest) / (largest * T.Create(Math.Max(_layers.Length - 1, 1)));
        var saturation = _layers.Length == 1 ? zero : T.Min(T.Max(one - alike, zero), one);
        return (T.WherePositive(largest, T.Min(centre / sum, T.Create(300)), zero), T.WherePositive(largest, saturation, zero), largest);
    }
}

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
