using System.Diagnostics;

namespace FastCam.Video.Sources;

/// <summary>
/// Another source in real time: each frame is announced when its presentation time is due, counted from the first one.
/// After a stall the frames that are due come at once, until the source has caught up; nothing drifts.
/// </summary>
/// <param name="inner">The other source; disposed of with this one.</param>
/// <param name="isStored">
/// Whether its frames are there before their time, as those of stored media are: while the next one is due within a minute, nothing is missing.
/// </param>
public sealed class PacedSource(FrameSource inner, bool isStored = false) : SourceDecorator(inner)
{
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1); // after a longer one nobody would wait for the frame: a clock has jumped

    readonly object _gate = new();
    long _due; // when the frame that is there is due, in Stopwatch ticks; 0 while none is there
    long _start = -1;
    TimeSpan _first;
    bool _stopped;

    internal override long? DueSince => Volatile.Read(ref _due) is not 0 and var due ? due : base.DueSince;

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        if (!base.WaitNext(out header))
            return false;
        if (_start < 0)
        {
            _start = Stopwatch.GetTimestamp();
            _first = header.PresentationTime;
        }

        var isDue = WaitUntil(header.PresentationTime - _first);
        Volatile.Write(ref _due, 0);
        return isDue;
    }

    bool WaitUntil(TimeSpan time)
    {
        lock (_gate)
        {
            while (!_stopped)
            {
                var wait = time - Stopwatch.GetElapsedTime(_start);
                if (wait <= TimeSpan.Zero)
                    return true;
                if (isStored && _due == 0 && wait <= LongestWait)
                    Volatile.Write(ref _due, Stopwatch.GetTimestamp() + (long)(wait.TotalSeconds * Stopwatch.Frequency));
                Monitor.Wait(_gate, (int)Math.Min(Math.Ceiling(wait.TotalMilliseconds), 1000));
            }

            return false;
        }
    }

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        base.Stop();
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        Stop();
        base.Abort();
    }
}
