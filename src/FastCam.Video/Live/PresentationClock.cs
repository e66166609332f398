using System.Diagnostics;

namespace FastCam.Video.Live;

/// <summary>
/// Makes presentation times that only rise, across connections and whatever the timestamps do. A timestamp that runs
/// backwards, or further ahead than time has passed, is replaced by its predecessor and the usual distance, and counted.
/// Timestamps that stand still are replaced by the time that passes. FFmpeg gives such after one that runs backwards: each
/// is a tick later than the last, until they have caught up. Behind timestamps that were replaced, the last good one or the
/// last jump tells where the next one belongs: a frame that was stamped hours off moves none of those behind it.
/// </summary>
sealed class PresentationClock
{
    static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LeastStep = TimeSpan.FromTicks(150); // 15 µs: more than a tick's 11 µs, and less than between two packets
    static readonly TimeSpan Tick = TimeSpan.FromTicks(1);
    static readonly TimeSpan UsualAtFirst = TimeSpan.FromMilliseconds(33);

    TimeSpan _last = TimeSpan.MinValue;
    TimeSpan _lastRaw;
    TimeSpan _byGood, _byJump; // what to add to a timestamp, by the last one that was not replaced, and by the last one that jumped
    TimeSpan _usual = UsualAtFirst;
    long _arrival;
    bool _begins = true;
    bool _wasReplaced;
    long _repaired;

    /// <summary>How many timestamps were replaced.</summary>
    public long Repaired => Volatile.Read(ref _repaired);

    /// <summary>Expects another zero of the timestamps, because another connection begins.</summary>
    public void Begin() => _begins = true;

    /// <inheritdoc cref="Next(TimeSpan, long, out bool)"/>
    public TimeSpan Next(TimeSpan raw, long arrival) => Next(raw, arrival, out _);

    /// <summary>Returns the next frame's presentation time.</summary>
    /// <param name="raw">The timestamp as it came.</param>
    /// <param name="arrival">When it came, in Stopwatch ticks.</param>
    /// <param name="repaired">Whether the timestamp was replaced.</param>
    public TimeSpan Next(TimeSpan raw, long arrival, out bool repaired)
    {
        repaired = false;
        var jumped = false;
        if (_last == TimeSpan.MinValue)
            _last = TimeSpan.Zero;
        else
            _last += Step(raw, Stopwatch.GetElapsedTime(_arrival, arrival), out repaired, out jumped);
        if (!repaired)
            _byGood = _last - raw;
        if (jumped || !repaired)
            _byJump = _last - raw;
        (_lastRaw, _arrival, _begins, _wasReplaced) = (raw, arrival, false, repaired);
        return _last;
    }

    TimeSpan Step(TimeSpan raw, TimeSpan passed, out bool repaired, out bool jumped)
    {
        (repaired, jumped) = (false, false);
        if (_begins)
            return passed > TimeSpan.Zero ? passed : _usual;
        var step = raw - _lastRaw;
        if (Credible(step, raw, passed) is { } credible)
            return credible == step ? _usual = step : credible;
        repaired = true;
        Volatile.Write(ref _repaired, _repaired + 1);
        jumped = step < TimeSpan.Zero || step >= LeastStep;
        return jumped ? _usual : passed > TimeSpan.Zero ? passed : Tick;
    }

    /// <summary>Returns the step that can be believed; behind timestamps that were replaced, the one of several that fits best what time has passed.</summary>
    TimeSpan? Credible(TimeSpan step, TimeSpan raw, TimeSpan passed)
    {
        TimeSpan? best = null;
        foreach (var other in (ReadOnlySpan<TimeSpan>)[step, raw + _byGood - _last, raw + _byJump - _last])
        {
            if (IsCredible(other, passed) && (best is null || (other - passed).Duration() < (best.Value - passed).Duration()))
                best = other;
            if (!_wasReplaced)
                break;
        }
        return best;
    }

    static bool IsCredible(TimeSpan step, TimeSpan passed) => step >= LeastStep && step <= passed + Tolerance;
}

/// <summary>
/// Measures how much later than usual a frame comes, by its timestamp: frames that were held up somewhere come late, and all
/// at once. The usual delay is the least of the last half minute or so, so that a sender's clock may run a little fast or
/// slow. Frames that stay late were not held up: the path has become longer, or the clock runs wrong, and their delay is the
/// usual one from then on.
/// </summary>
sealed class LatenessMeter
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Much = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan ForGood = TimeSpan.FromSeconds(2);

    long _spanBegan;
    TimeSpan _least = TimeSpan.MaxValue; // the least delay in this span
    TimeSpan _leastBefore = TimeSpan.MaxValue; // the least delay in the span before
    long _lateSince; // 0 while frames are in time

    /// <summary>Returns how much later than usual a frame came.</summary>
    /// <param name="presented">The frame's presentation time, free of jumps.</param>
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
