using System.Numerics;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

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
