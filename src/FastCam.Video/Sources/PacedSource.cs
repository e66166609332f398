using System.Diagnostics;

namespace FastCam.Video.Sources;

/// <summary>
/// Another source in real time: each frame is announced when its presentation time is due, counted from the first one.
/// After a stall the frames that are due come at once, until the source has caught up; nothing drifts.
/// </summary>
/// <param name="inner">The other source; disposed of with this one.</param>
public sealed class PacedSource(FrameSource inner) : SourceDecorator(inner)
{
    readonly object _gate = new();
    long _start = -1;
    TimeSpan _first;
    bool _stopped;

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

        lock (_gate)
        {
            while (!_stopped)
            {
                var wait = header.PresentationTime - _first - Stopwatch.GetElapsedTime(_start);
                if (wait <= TimeSpan.Zero)
                    return true;
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
