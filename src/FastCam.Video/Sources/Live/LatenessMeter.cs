using System.Diagnostics;

namespace FastCam.Video;

/// <summary>
/// How much later than usual a frame comes, by its timestamp: what was held up somewhere comes late, and all at once.
/// Usual is the least delay of the last half minute or so, so that a sender's clock may run a little fast or slow.
/// </summary>
sealed class LatenessMeter
{
    static readonly TimeSpan Span = TimeSpan.FromSeconds(15);

    long _spanBegan;
    TimeSpan _least = TimeSpan.MaxValue; // in this span
    TimeSpan _leastBefore = TimeSpan.MaxValue; // in the one before

    /// <param name="presented">The frame's time, free of jumps.</param>
    /// <param name="arrival">When it came, in Stopwatch ticks.</param>
    public TimeSpan Measure(TimeSpan presented, long arrival)
    {
        var delay = Stopwatch.GetElapsedTime(0, arrival) - presented;
        if (Stopwatch.GetElapsedTime(_spanBegan, arrival) > Span)
            (_spanBegan, _leastBefore, _least) = (arrival, _least, delay);
        else if (delay < _least)
            _least = delay;
        return delay - (_least < _leastBefore ? _least : _leastBefore);
    }
}
