using System.Diagnostics;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Video.Live;

/// <summary>
/// A live source that outlasts its connections: each is watched, and another is opened when it ends, hangs or changes.
/// Frames are numbered and timed across connections as if there were one. Reading allocates nothing.
/// </summary>
sealed class SupervisedSource : FrameSource
{
    readonly Connector _connector;
    readonly Supervision _limits;
    readonly Watchdog _watchdog;
    readonly StatusBoard _board = new();
    readonly Reconnection _reconnection;
    readonly PresentationClock _clock = new();
    readonly GapEstimator _gaps = new();
    readonly LatenessMeter _lateness = new();
    readonly FreezeDetector _freeze;
    readonly string _frozen;
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    FrameSource? _current;
    long _next;
    long _connected;
    long _framesOfCurrent;
    long _packetsBefore; // packets lost in connections that are over
    bool _everConnected;
    volatile bool _stopped;

    public SupervisedSource(Connector connector, Supervision limits)
    {
        _connector = connector;
        _limits = limits;
        _reconnection = new Reconnection(limits);
        _freeze = new FreezeDetector(limits.FrozenAfter);
        _frozen = $"the frame has been the same for {limits.FrozenAfter.TotalSeconds:0.#} s: the camera may hang";
        var stalled = $"no frame for {(limits.StallAfter / 2).TotalSeconds:0.#} s";
        _watchdog = new Watchdog(() => _board.Set(SourceState.Stalled, stalled), AbortCurrent, DueTime);
    }

    /// <inheritdoc/>
    public override string Name => _connector.Name;

    /// <inheritdoc/>
    public override bool IsLive => true;

    /// <inheritdoc/>
    public override bool IsFinite => false;

    /// <inheritdoc/>
    public override string? Notice => _connector.Notice;

    /// <inheritdoc/>
    /// <remarks>
    /// It counts the frames missing between the timestamps, or the network packets missing if those are more, since each of
    /// them has cost or damaged a frame.
    /// </remarks>
    public override long? Upstream => LostUpstream;

    /// <inheritdoc/>
    internal override long PacketsLost
    {
        get
        {
            lock (_gate)
                return _packetsBefore + (_current?.PacketsLost ?? 0);
        }
    }

    /// <inheritdoc/>
    public override SourceStatus Status => _board.Read() with
    {
        Upstream = LostUpstream,
        PacketsLost = PacketsLost,
        RepairedTimestamps = _clock.Repaired,
        FrozenFor = _freeze.FrozenFor,
    };

    /// <inheritdoc/>
    public override event Action<SourceStatus>? StatusChanged
    {
        add => _board.Changed += value;
        remove => _board.Changed -= value;
    }

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        while (!_stopped)
        {
            if (_current is null && !Connect())
                break;
            try
            {
                _watchdog.Begin(_framesOfCurrent == 0 ? _limits.StartWithin + _connector.CallsFor : _limits.StallAfter, warns: _framesOfCurrent > 0);
                var more = _current!.WaitNext(out header);
                _watchdog.End();
                if (more)
                {
                    header = Announce(header);
                    return true;
                }

                if (_current.IsFinite && !_watchdog.HasExpired)
                    break;
                Lose(new MediaException(MediaFault.SourceFailed, $"{Name}: the stream ended."));
            }
            catch (MediaException error)
            {
                Lose(error);
            }
        }

        header = default;
        _board.Set(SourceState.Ended, null);
        return false;
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        try
        {
            _watchdog.Begin(_limits.StallAfter, warns: true); // a connection may also break off within a frame
            var whole = _current!.Read(frame);
            _watchdog.End();
            if (whole)
                _freeze.Look(frame.Pixels);
            return whole;
        }
        catch (MediaException error)
        {
            Lose(error);
            return false;
        }
    }

    /// <inheritdoc/>
    public override void Skip()
    {
        try
        {
            _watchdog.Begin(_limits.StallAfter, warns: true); // a connection may also break off within a frame
            _current!.Skip();
            _watchdog.End();
        }
        catch (MediaException error)
        {
            Lose(error);
        }
    }

    /// <inheritdoc/>
    public override void Stop() => End(current => current.Stop());

    /// <inheritdoc/>
    public override void Abort() => End(current => current.Abort());

    /// <inheritdoc/>
    public override void Dispose()
    {
        Abort();
        _watchdog.Dispose();
        _current?.Dispose();
        _stop.Dispose();
    }

    /// <summary>The state while there is nobody at the other end.</summary>
    SourceState WithoutFrames => _next == 0 ? SourceState.Starting : SourceState.Reconnecting;

    long LostUpstream => Math.Max(_gaps.Lost, PacketsLost);

    FrameHeader Announce(in FrameHeader raw)
    {
        var now = Stopwatch.GetTimestamp();
        if (_framesOfCurrent++ == 0)
        {
            _everConnected = true;
            _gaps.Begin();
            _clock.Begin();
            _freeze.Begin();
            _reconnection.Succeeded(now);
        }

        _board.Set(SourceState.Running, _freeze.FrozenFor is null ? _current!.Status.Reason : _frozen);
        var time = _clock.Next(raw.PresentationTime, now, out var repaired);
        if (repaired || _current!.DueSince is not null)
            _gaps.Pass();
        else
            _gaps.Add(raw.PresentationTime);
        return new(raw.Format, _next++, time, _lateness.Measure(time, now));
    }

    /// <returns>False once the source was stopped.</returns>
    bool Connect()
    {
        while (!_stopped)
        {
            try
            {
                _stop.Token.WaitHandle.WaitOne(_reconnection.Pause());
                if (_stopped)
                    return false;
                var source = _connector.Connect(_stop.Token);
                if (_everConnected)
                    _board.CountRestart();
                _everConnected = _connector.IsAnswered;
                lock (_gate)
                    (_current, _connected) = (source, Stopwatch.GetTimestamp());
                if (_connector.Awaits is { } awaited)
                    _board.Set(WithoutFrames, awaited);
                if (_stopped)
                    source.Abort(); // it was stopped while it connected
                return true;
            }
            catch (MediaException error)
            {
                Failed(error);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }

        return false;
    }

    void Lose(MediaException error)
    {
        _watchdog.End();
        var late = _watchdog.TakeExpiry();
        FrameSource? lost;
        lock (_gate)
        {
            (lost, _current) = (_current, null);
            _packetsBefore += lost?.PacketsLost ?? 0;
        }

        lost?.Dispose();
        if (_stopped)
            return;
        if (late is not null && _framesOfCurrent == 0 && _connector.Awaits is { } awaited)
        {
            error = new(MediaFault.SourceNotFound, awaited, error) { Recovery = Recovery.Probe };
        }
        else if (late is { } patience && error.Recovery != Recovery.None)
        {
            var what = _framesOfCurrent == 0 ? "no first frame" : "no frame";
            error = new(MediaFault.SourceFailed, $"{Name}: {what} came within {patience.TotalSeconds:0.#} s.", error);
        }

        _framesOfCurrent = 0;
        Failed(error);
    }

    void Failed(MediaException error)
    {
        if (_reconnection.Failed(error) is not { } final)
        {
            _board.Set(error.Recovery == Recovery.Probe ? WithoutFrames : SourceState.Reconnecting, error.Message);
            return;
        }

        _board.Set(SourceState.Failed, final.Message);
        throw final;
    }

    /// <summary>Since when a frame is due. An answer that the image is still the same also ends a stall.</summary>
    long DueTime()
    {
        long due;
        lock (_gate)
            due = _current?.DueSince ?? 0;
        // Who gives up after a while does so too while packets come, of which no frame is made.
        if (_framesOfCurrent == 0 && _limits.RetryFor is { } most && due is > 0 and < long.MaxValue)
            due = Math.Min(due, _connected + (long)(Math.Max(0, (most - _limits.StartWithin).TotalSeconds) * Stopwatch.Frequency));
        if (due == long.MaxValue && _board.Read().State == SourceState.Stalled)
            _board.Set(SourceState.Running, null);
        else if (due > 0 && _framesOfCurrent == 0 && Stopwatch.GetElapsedTime(_connected) > _limits.StallAfter)
            _board.Set(_next == 0 ? SourceState.Starting : SourceState.Reconnecting, "packets come, and no frame yet: the next key frame is waited for");
        return due;
    }

    void AbortCurrent()
    {
        lock (_gate)
            _current?.Abort();
    }

    void End(Action<FrameSource> end)
    {
        lock (_gate)
        {
            if (!_stopped)
                _stop.Cancel();
            _stopped = true;
            if (_current is not null)
                end(_current);
        }
    }
}

/// <summary>
/// What a source is doing, since when and why, for whoever asks from any thread. Setting the same state again costs nothing.
/// </summary>
sealed class StatusBoard
{
    readonly Lock _gate = new();
    SourceState _state;
    string? _reason;
    long _since = Stopwatch.GetTimestamp();
    int _restarts;

    public event Action<SourceStatus>? Changed;

    public void Set(SourceState state, string? reason)
    {
        lock (_gate)
        {
            if (state == _state && reason == _reason)
                return;
            if (state != _state)
                _since = Stopwatch.GetTimestamp();
            (_state, _reason) = (state, reason);
        }

        Changed?.Invoke(Read());
    }

    public void CountRestart()
    {
        lock (_gate)
            _restarts++;
    }

    public SourceStatus Read()
    {
        lock (_gate)
            return new SourceStatus(_state, Stopwatch.GetElapsedTime(_since), _reason, _restarts);
    }
}
