using System.Diagnostics;

namespace FastCam.Video;

/// <summary>
/// Another source in real time: each frame is announced when its presentation time is due, counted from the first one.
/// After a stall the frames that are due come at once, until it has caught up; nothing drifts.
/// </summary>
public sealed class PacedSource(FrameSource inner) : FrameSource
{
    readonly object _gate = new();
    long _start = -1;
    TimeSpan _first;
    bool _stopped;

    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override bool IsLive => inner.IsLive;

    /// <inheritdoc/>
    public override bool IsFinite => inner.IsFinite;

    /// <inheritdoc/>
    public override string? Notice => inner.Notice;

    /// <inheritdoc/>
    public override SourceStatus Status => inner.Status;

    /// <inheritdoc/>
    public override long? Upstream => inner.Upstream;

    /// <inheritdoc/>
    public override event Action<SourceStatus>? StatusChanged
    {
        add => inner.StatusChanged += value;
        remove => inner.StatusChanged -= value;
    }

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        if (!inner.WaitNext(out header))
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
    public override bool Read(Frame frame) => inner.Read(frame);

    /// <inheritdoc/>
    public override void Skip() => inner.Skip();

    /// <inheritdoc/>
    public override void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        inner.Stop();
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        Stop();
        inner.Abort();
    }

    /// <inheritdoc/>
    public override void Dispose() => inner.Dispose();
}
