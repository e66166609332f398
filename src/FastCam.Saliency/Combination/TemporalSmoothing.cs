using System.Numerics;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Combination;

/// <summary>
/// An exponential average over time of each layer's normalised map. Begins anew where time runs backwards, as in a file that
/// starts again. Holds the averages: one for each stream, and one thread at a time for each layer. No call allocates.
/// </summary>
public sealed class TemporalSmoothing
{
    readonly HalfLife _halfLife;
    readonly float[][] _averages;
    readonly TimeSpan?[] _times;

    /// <summary>Prepares the smoothing of maps of these sizes.</summary>
    /// <param name="layers">The size of each layer's map.</param>
    /// <param name="halfLife">After how long half of a lasting change has arrived in the average; longer than 0.</param>
    /// <exception cref="ArgumentException">A size without pixels, or a half-life that is no duration.</exception>
    public TemporalSmoothing(ReadOnlySpan<MapSize> layers, TimeSpan halfLife)
    {
        _halfLife = new HalfLife(halfLife);
        _times = new TimeSpan?[layers.Length];
        _averages = new float[layers.Length][];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i].ThrowIfEmpty(nameof(layers));
            _averages[i] = new float[layers[i].Pixels];
        }
    }

    /// <summary>Replaces a map by the average that it has become part of; the first map of a layer stays as it is.</summary>
    /// <param name="layer">The layer's place in the list given to the constructor.</param>
    /// <param name="map">The normalised map, 0..1 before and after.</param>
    /// <param name="time">The frame's presentation time.</param>
    /// <exception cref="ArgumentException">The map is not of its size.</exception>
    public void Apply(int layer, Span<float> map, TimeSpan time)
    {
        var average = _averages[layer].AsSpan();
        if (map.Length != average.Length)
            throw new ArgumentException($"A map of {map.Length} pixels does not fit one of {average.Length}.", nameof(map));
        var elapsed = time - _times[layer];
        _times[layer] = time;
        if (elapsed >= TimeSpan.Zero)
            MoveTowards(map, average, (float)_halfLife.Share(elapsed.Value));
        else
            map.CopyTo(average);
        average.CopyTo(map);
    }

    /// <summary>Forgets the maps before: the next one of each layer stays as it is.</summary>
    public void Restart() => Array.Clear(_times);

    static void MoveTowards(ReadOnlySpan<float> map, Span<float> average, float share)
    {
        var i = 0;
        for (; i <= map.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var before = new Vector<float>(average[i..]);
            (before + (new Vector<float>(map[i..]) - before) * share).CopyTo(average[i..]);
        }

        for (; i < map.Length; i++)
            average[i] += (map[i] - average[i]) * share;
    }
}
