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

/// <summary>
/// How much later than usual a frame comes, by its timestamp: what was held up somewhere comes late, and all at once.
/// Usual is the least delay of the last half minute or so, so that a sender's clock may run a little fast or slow. What stays
/// late was not held up: the way has become longer, or the clock runs wrong, and its delay is the usual one from then on.
/// </summary>
sealed class LatenessMeter
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Much = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan ForGood = TimeSpan.FromSeconds(2);

    long _spanBegan;
    TimeSpan _least = TimeSpan.MaxValue; // in this span
    TimeSpan _leastBefore = TimeSpan.MaxValue; // in the one before
    long _lateSince; // 0: frames are in time

    /// <param name="presented">The frame's time, free of jumps.</param>
    /// <param name="arrival">When it came, in Stopwatch ticks.</param>
    public TimeSpan Measure(TimeSpan presented, long arrival)
    {
        var delay = Stopwatch.GetElapsedTime(0, arrival) - presented;
        if (Stopwatch.GetElapsedTime(_spanBegan, arrival) > Span)
            (_spanBegan, _leastBefore, _least) = (arrival, _least, delay);
        else if (delay < _least)
            _least = delay;
        var late = delay - (_least < _leastBefore ? _least : _leastBefore);
        if (late < Much)
        {
            _lateSince = 0;
            return late;
        }

        if (_lateSince == 0)
            _lateSince = arrival;
        if (Stopwatch.GetElapsedTime(_lateSince, arrival) < ForGood)
            return late;
        (_least, _leastBefore, _lateSince) = (delay, delay, 0);
        return TimeSpan.Zero;
    }
}
