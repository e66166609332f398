namespace FastCam.Saliency;

/// <summary>The mean and the unbiased standard deviation of many maps taken as one, added one after the other without loss of digits.</summary>
public sealed class MomentsAccumulator
{
    double _mean;
    double _squares;

    /// <summary>Pixels so far.</summary>
    public long Count { get; private set; }

    /// <summary>The moments of all pixels so far; sigma is 0 where all are equal or there is at most one.</summary>
    public GaussMoments Moments => new(_mean, Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : 0);

    /// <summary>Adds a map's pixels.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    public void Add(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty) return;
        var (mean, sigma) = GaussNormalisation.Moments(map);
        var total = Count + map.Length;
        var difference = mean - _mean;
        _squares += sigma * sigma * (map.Length - 1) + difference * difference * Count / total * map.Length;
        _mean += difference * map.Length / total;
        Count = total;
    }
}
