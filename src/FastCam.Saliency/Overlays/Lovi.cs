using System.Numerics;
using System.Runtime.CompilerServices;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// Layer Ordered Visualisation of Information (Equations 4 to 7 of the paper): one image of all layers. The hue says around
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

    /// <summary>Prepares images of maps of these sizes.</summary>
    /// <param name="layers">The size of each layer's map, finest first; the target's own size for maps already upsampled.</param>
    /// <param name="target">The size of the image.</param>
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

    /// <summary>The size of the image.</summary>
    public MapSize Size { get; }

    /// <summary>The weights divided by the largest: an image neither clipped nor darker than it need be.</summary>
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

    /// <summary>Takes one layer's map. Once each layer has been taken, in any order, the image can be drawn.</summary>
    /// <param name="layer">The layer's place in the list given to the constructor.</param>
    /// <param name="normalised">The layer's map at its own size, 0..1; values outside count as the nearer end, NaN as 0.</param>
    /// <exception cref="ArgumentException">The map is not of its size.</exception>
    public void Set(int layer, ReadOnlySpan<float> normalised) => _layers[layer].Set(normalised);

    /// <summary>Draws the image as red, green and blue.</summary>
    /// <param name="planes">3 × pixels, one plane after another, 0..1.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void Rgb(Span<float> planes) => Draw(planes, hsv: false);

    /// <summary>Draws the image as hue, saturation and value.</summary>
    /// <param name="planes">3 × pixels, one plane after another: hue in degrees, 0..300; saturation, 0..1; value, 0 to the largest weight.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void Hsv(Span<float> planes) => Draw(planes, hsv: true);

    void Draw(Span<float> planes, bool hsv)
    {
        var pixels = Size.Pixels;
        if (planes.Length != 3 * pixels)
            throw new ArgumentException($"{planes.Length} values are not three planes of {Size}.", nameof(planes));
        VectorWidth.Run(new DrawCall(this, planes, hsv));
    }

    readonly ref struct DrawCall(Lovi lovi, Span<float> planes, bool hsv) : ILaneCall
    {
        readonly Span<float> _planes = planes;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => new LoviKernel<T>(lovi._layers, lovi._weights, lovi._hues).Draw(_planes, hsv);
    }
}

/// <summary>One layer of a LOVI image, upsampled, with the two ends of its range. Holds work buffers: one thread at a time.</summary>
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

/// <summary>The arithmetic of <see cref="Lovi"/> on one SIMD width, for images of any size.</summary>
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
