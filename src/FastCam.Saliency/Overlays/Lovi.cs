using System.Numerics;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

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
        var (hue, saturation) = (Lanes128.Create(Hue(layer, layers)), Lanes128.Create(layers == 1 ? 0 : 1));
        var (red, green, blue) = Hsv<Lanes128>.ToRgb(hue, saturation, Lanes128.Create(1));
        return (Level(red), Level(green), Level(blue));

        static byte Level(Lanes128 channel)
        {
            Span<float> lanes = stackalloc float[Lanes128.Count];
            Lanes128.Store(channel, ref lanes[0]);
            return (byte)MathF.Round(255 * lanes[0]);
        }
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
        if (Lanes512.IsHardwareAccelerated)
            new LoviKernel<Lanes512>(_layers, _weights, _hues).Draw(planes, hsv);
        else if (Lanes256.IsHardwareAccelerated)
            new LoviKernel<Lanes256>(_layers, _weights, _hues).Draw(planes, hsv);
        else
            new LoviKernel<Lanes128>(_layers, _weights, _hues).Draw(planes, hsv);
    }
}

/// <summary>One layer of a LOVI picture, upsampled, with the two ends of its range. Holds work buffers: one thread at a time.</summary>
sealed class LoviLayer
{
    readonly MapSize _source;
    readonly MapSize _target;
    readonly BilinearUpsampler _upsampler;
    readonly float[] _clean;

    public LoviLayer(MapSize source, MapSize target)
    {
        source.ThrowIfEmpty(nameof(source));
        _source = source;
        _target = target;
        _upsampler = new BilinearUpsampler(source, target);
        _clean = new float[source.Pixels];
        // Readable a whole vector at a time.
        Values = new float[target.Pixels + Lanes512.Count];
    }

    /// <summary>The upsampled map, 0..1, and as many values more as let its last vector be read.</summary>
    public float[] Values { get; }

    public float Least { get; private set; }

    public float Largest { get; private set; }

    public void Set(ReadOnlySpan<float> map)
    {
        _source.ThrowIfNot(map.Length, nameof(map));
        Clean(map, _clean);
        var values = Values.AsSpan(0, _target.Pixels);
        if (_source == _target)
            _clean.CopyTo(values);
        else
            _upsampler.Resize(_clean, values);
        (Least, Largest) = Range(values);
    }

    static void Clean(ReadOnlySpan<float> map, Span<float> clean)
    {
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
            MapVector.Store(MapVector.ZeroToOne(MapVector.Load(map, i)), clean, i);
    }

    static (float Least, float Largest) Range(ReadOnlySpan<float> values)
    {
        var (least, largest) = (new Vector<float>(values[0]), new Vector<float>(values[0]));
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var value = new Vector<float>(values[i..]);
            (least, largest) = (Vector.Min(least, value), Vector.Max(largest, value));
        }

        var (minimum, maximum) = (values[0], values[0]);
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            (minimum, maximum) = (Math.Min(minimum, least[lane]), Math.Max(maximum, largest[lane]));
        for (; i < values.Length; i++)
            (minimum, maximum) = (Math.Min(minimum, values[i]), Math.Max(maximum, values[i]));
        return (minimum, maximum);
    }
}
