namespace FastCam.Video.Live;

/// <summary>
/// Estimates how many frames are missing from the distances of timestamps. Each distance is compared with those around it,
/// so that a camera that lowers its rate in the dark does not count as losing frames. Where one is longer than its
/// neighbours' median by half or more, as many frames are missing as fit in. Where times are those of arrival, a frame that
/// is held up comes late and those behind it at once, so the time by which these are early is taken off the gap.
/// </summary>
sealed class GapEstimator
{
    const int Around = 31; // distances that are held: as many before the one that is judged as after it
    const int Fewest = 5;
    const double Suspicious = 1.5;
    const double AtOnce = 0.8;
    const int Most = 10_000; // more than a minute at any usual rate: a longer gap is a jump of the clock

    readonly long[] _distances = new long[Around];
    int _count;
    int _judged; // how many of the distances held have been judged, from the oldest
    TimeSpan? _last;
    long _lost;

    /// <summary>Frames that are missing so far.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Judges what is left, and starts anew with another connection.</summary>
    public void Begin()
    {
        while (_count >= Fewest && _judged < _count)
            Judge(_judged++);
        (_count, _judged, _last) = (0, 0, null);
    }

    /// <summary>Passes over a timestamp of no use. Its distances from its neighbours do not count.</summary>
    public void Pass() => _last = null;

    /// <summary>Adds the next frame's timestamp.</summary>
    public void Add(TimeSpan timestamp)
    {
        var distance = (timestamp - _last)?.Ticks;
        _last = timestamp;
        if (distance is not > 0)
            return;
        if (_count == Around)
        {
            _distances.AsSpan(1).CopyTo(_distances);
            _count--;
            _judged--;
        }

        _distances[_count++] = distance.Value;
        while (_count == Around && _judged <= Around / 2)
            Judge(_judged++);
    }

    void Judge(int at)
    {
        Span<long> sorted = stackalloc long[_count];
        _distances.AsSpan(0, _count).CopyTo(sorted);
        sorted.Sort();
        var first = 0;
        while (sorted[first] < AtOnce * sorted[_count / 2])
            first++; // frames that come at once say nothing of the rate
        var usual = (double)sorted[(first + _count) / 2];
        if (_distances[at] < Suspicious * usual)
            return;
        var distance = (double)_distances[at];
        for (var next = at + 1; next < _count && _distances[next] < AtOnce * usual; next++)
            distance -= usual - _distances[next];
        var ratio = distance / usual;
        if (ratio is >= Suspicious and < Most)
            Volatile.Write(ref _lost, _lost + (long)Math.Round(ratio) - 1);
    }
}
