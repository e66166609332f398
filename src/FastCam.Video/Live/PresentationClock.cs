using System.Diagnostics;

namespace FastCam.Video.Live;

/// <summary>
/// Presentation times that only rise, across connections and whatever the timestamps do: one that runs backwards, or
/// further ahead than time has passed, is replaced by its predecessor and the usual distance, and counted. Timestamps that
/// stand still are replaced by the time that passes: FFmpeg makes such of all that come behind one that runs backwards, each
/// a tick later than the last, until they have caught up.
/// </summary>
sealed class PresentationClock
{
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LeastStep = TimeSpan.FromTicks(150); // more than the 11 µs of a tick, less than from one packet to the next
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan UsualAtFirst = TimeSpan.FromMilliseconds(33);

    TimeSpan _last = TimeSpan.MinValue;
    TimeSpan _lastRaw;
    TimeSpan _usual = UsualAtFirst;
    long _arrival;
    bool _begins = true;
    long _repaired;

    public long Repaired => Volatile.Read(ref _repaired);

    /// <summary>Another connection begins: its timestamps have another zero.</summary>
    public void Begin() => _begins = true;

    /// <param name="raw">The timestamp as it came.</param>
    /// <param name="arrival">When it came, in Stopwatch ticks.</param>
    public TimeSpan Next(TimeSpan raw, long arrival) => Next(raw, arrival, out _);

    /// <param name="raw">The timestamp as it came.</param>
    /// <param name="arrival">When it came, in Stopwatch ticks.</param>
    /// <param name="repaired">It was of no use.</param>
    public TimeSpan Next(TimeSpan raw, long arrival, out bool repaired)
    {
        var before = _repaired;
        if (_last == TimeSpan.MinValue)
            _last = TimeSpan.Zero;
        else
            _last += Step(raw, Stopwatch.GetElapsedTime(_arrival, arrival));
        (_lastRaw, _arrival, _begins) = (raw, arrival, false);
        repaired = _repaired > before;
        return _last;
    }

    TimeSpan Step(TimeSpan raw, TimeSpan passed)
    {
        if (_begins)
            return passed > TimeSpan.Zero ? passed : _usual;
        var step = raw - _lastRaw;
        if (step >= LeastStep && step <= passed + Tolerance)
            return _usual = step;
        Volatile.Write(ref _repaired, _repaired + 1);
        if (step < TimeSpan.Zero || step >= LeastStep)
            return _usual;
        return passed > TimeSpan.Zero ? passed : Tick;
    }
}
