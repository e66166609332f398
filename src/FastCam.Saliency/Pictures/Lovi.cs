using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>
/// Layer Ordered Visualisation of Information (Equations 4 to 7 of the paper): one picture of all layers. The hue says around
/// which layer a pixel's activity is centred, from violet (300 degrees) for the first to red (0) for the last; the saturation is
/// 1 where one layer alone is active and 0 where all are alike; the value is the largest. With s_k the n maps upsampled,
/// min-max scaled jointly as one stack (a stack that is constant stays as it is), times their weights, and
/// phi(k) = 1 − (k − 1) / (n − 1): hue = 300 · sum(s · phi) / sum(s), saturation = 1 − (sum(s) / (n · max(s)) − 1/n) / (1 − 1/n),
/// value = max(s). The saturation is not the paper's Equation 6 as printed, which goes negative when all layers agree. A pixel
/// where every s is 0 is black, and a single layer, which has no order to show, is grey: hue and saturation 0.
/// No call allocates. Holds work buffers: one thread at a time.
/// </summary>
public sealed class Lovi
{
    readonly LoviLayer[] _layers;
    readonly float[] _weights;
    readonly float[] _hues;

    /// <summary>Prepares pictures of maps of these sizes.</summary>
    /// <param name="layers">The size of each layer's map, finest first; the target's own size for maps already upsampled.</param>
    /// <param name="target">The size of the picture.</param>
    /// <param name="weights">One weight a layer, finite, none negative, at least one positive. Unlike in Equation 3 their size
    /// counts: a layer alone is as bright as its weight, and what is above 1 is clipped; see <see cref="Relative"/>.</param>
    /// <exception cref="ArgumentException">A size without pixels, or weights that cannot be used.</exception>
    public Lovi(ReadOnlySpan<MapSize> layers, MapSize target, ReadOnlySpan<float> weights)
    {
        if (ScaleWeights.Fault(weights, layers.Length) is { } fault)
            throw new ArgumentException($"The weights cannot be used: {fault}.", nameof(weights));
        target.ThrowIfEmpty(nameof(target));
        Size = target;
        _weights = weights.ToArray();
        _layers = new LoviLayer[layers.Length];
        _hues = new float[layers.Length];
        for (var i = 0; i < layers.Length; i++)
            (_layers[i], _hues[i]) = (new LoviLayer(layers[i], target), Hue(i, layers.Length));
    }

    /// <summary>The size of the picture.</summary>
    public MapSize Size { get; }

    /// <summary>The weights divided by the largest: a picture neither clipped nor darker than it need be.</summary>
    /// <param name="weights">None negative, at least one positive.</param>
    public static float[] Relative(ReadOnlySpan<float> weights)
    {
        var relative = weights.ToArray();
        var largest = relative.Length == 0 ? 1 : relative.Max();
        for (var i = 0; i < relative.Length; i++)
            relative[i] /= largest;
        return relative;
    }

    /// <summary>The hue of a pixel where only one layer is active.</summary>
    /// <param name="layer">The layer's place, from 0.</param>
    /// <param name="layers">How many there are.</param>
    /// <returns>Degrees, 300 for the first to 0 for the last.</returns>
    public static float Hue(int layer, int layers) => layers == 1 ? 0 : 300 * (1 - layer / (float)(layers - 1));

    /// <summary>The colour, in sRGB, of a pixel where only one layer is active and that fully.</summary>
    /// <param name="layer">The layer's place, from 0.</param>
    /// <param name="layers">How many there are.</param>
    public static (byte Red, byte Green, byte Blue) Colour(int layer, int layers)
    {
        var saturation = layers == 1 ? Vector<float>.Zero : Vector<float>.One;
        var (red, green, blue) = Saliency.Hsv.ToRgb(new Vector<float>(Hue(layer, layers)), saturation, Vector<float>.One);
        return ((byte)MathF.Round(255 * red[0]), (byte)MathF.Round(255 * green[0]), (byte)MathF.Round(255 * blue[0]));
    }

    /// <summary>Takes one layer's map. Once each layer has been taken, in any order, the picture can be drawn.</summary>
    /// <param name="layer">The layer's place in the list given to the constructor.</param>
    /// <param name="normalised">The layer's map at its own size, 0..1; values outside count as the nearer end, NaN as 0.</param>
    /// <exception cref="ArgumentException">The map is not of its size.</exception>
    public void Set(int layer, ReadOnlySpan<float> normalised) => _layers[layer].Set(normalised);

    /// <summary>Draws the picture as red, green and blue.</summary>
    /// <param name="planes">3 × pixels, one plane after another, 0..1.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void Rgb(Span<float> planes) => Draw(planes, hsv: false);

    /// <summary>Draws the picture as hue, saturation and value.</summary>
    /// <param name="planes">3 × pixels, one plane after another: hue in degrees, 0..300; saturation, 0..1; value, 0 to the largest weight.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void Hsv(Span<float> planes) => Draw(planes, hsv: true);

    void Draw(Span<float> planes, bool hsv)
    {
        var pixels = Size.Pixels;
        if (planes.Length != 3 * pixels)
            throw new ArgumentException($"{planes.Length} values are not three planes of {Size}.", nameof(planes));
        var (least, scale) = JointScale();
        for (var i = 0; i < pixels; i += Vector<float>.Count)
        {
            var (a, b, c) = Pixel(i, new Vector<float>(least), scale);
            if (!hsv)
                (a, b, c) = Saliency.Hsv.ToRgb(a, b, Vector.Min(c, Vector<float>.One));
            MapVector.Store(a, planes[..pixels], i);
            MapVector.Store(b, planes.Slice(pixels, pixels), i);
            MapVector.Store(c, planes[(2 * pixels)..], i);
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
    (Vector<float> Hue, Vector<float> Saturation, Vector<float> Value) Pixel(int i, Vector<float> least, float scale)
    {
        var (sum, centre, largest) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        for (var k = 0; k < _layers.Length; k++)
        {
            var s = (new Vector<float>(_layers[k].Values, i) - least) * (scale * _weights[k]);
            sum += s;
            centre += s * _hues[k];
            largest = Vector.Max(largest, s);
        }

        // 1 − (sum / (n · max) − 1/n) / (1 − 1/n) in a form with one division; 0 for the one layer that has no order.
        var others = Math.Max(_layers.Length - 1, 1);
        var alike = (sum - largest) / (largest * others);
        var saturation = _layers.Length == 1 ? Vector<float>.Zero : Vector.Clamp(Vector<float>.One - alike, Vector<float>.Zero, Vector<float>.One);
        var active = Vector.GreaterThan(largest, Vector<float>.Zero);
        return (
            Vector.ConditionalSelect(active, Vector.Min(centre / sum, new Vector<float>(300)), Vector<float>.Zero),
            Vector.ConditionalSelect(active, saturation, Vector<float>.Zero),
            largest);
    }
}
