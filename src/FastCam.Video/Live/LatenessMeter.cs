using System.Diagnostics;

namespace FastCam.Video.Live;

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
