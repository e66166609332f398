using FastCam.Video.Frames;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>
/// Frames of an HLS stream: each of its parts is decoded by a child of its own. The next child begins when the one before has been given the last byte of
/// its part, so that its first frame is there in time, and times go on rising from part to part. Reading allocates nothing.
/// </summary>
sealed class HlsSource : FrameSource
{
    static readonly TimeSpan UsualAtFirst = TimeSpan.FromMilliseconds(40);
    static readonly TimeSpan SaysFor = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly ManualResetEventSlim _changed = new(); // another child, or none any more
    readonly ManualResetEventSlim _taken = new(true); // no child waits for its turn
    readonly HlsStream _stream;
    readonly CaptureCommand _command;
    (FFmpegSource Child, HlsPart Part)? _current, _following;
    MediaException? _failure;
    bool _isOver; // no other part will follow
    volatile bool _stopped;

    long _next;
    bool _isFirstOfPart;
    TimeSpan _offset, _last, _usual = UsualAtFirst, _gap, _saidUntil;
    SourceStatus _status = SourceStatus.Plain;

    /// <param name="stream">The stream, whose playlist has been read; disposed of with this.</param>
    /// <param name="command">Decodes a part from standard input.</param>
    public HlsSource(HlsStream stream, CaptureCommand command)
    {
        (_stream, _command) = (stream, command);
        new Thread(OpenNext) { IsBackground = true, Name = "capture feed" }.Start();
    }

    /// <inheritdoc/>
    public override string Name => _command.Name;

    /// <inheritdoc/>
    public override bool IsLive => true;

    /// <inheritdoc/>
    /// <remarks>A live stream does too, once its playlist says so.</remarks>
    public override bool IsFinite => _stream.IsComplete;

    /// <inheritdoc/>
    /// <remarks>Its reason says for a while what is missing.</remarks>
    public override SourceStatus Status => _status;

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        while (_current is not null || TakeFollowing())
        {
            if (TryNextOfPart(out header))
                return true;
            if (_stopped)
                break;
            EndPart();
        }

        return false;
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        var whole = _current!.Value.Child.Read(frame);
        _next++;
        return whole;
    }

    /// <inheritdoc/>
    public override void Skip()
    {
        _current!.Value.Child.Skip();
        _next++;
    }

    /// <inheritdoc/>
    public override void Stop() => End(child => child.Stop());

    /// <inheritdoc/>
    public override void Abort() => End(child => child.Abort());

    /// <inheritdoc/>
    public override void Dispose()
    {
        Abort();
        _stream.Dispose();
        _current?.Child.Dispose();
        _following?.Child.Dispose();
    }

    /// <summary>Opens the next part, on the feed of the one before, and when no other waits.</summary>
    void OpenNext()
    {
        _taken.Wait();
        _taken.Reset(); // before the next feed can begin
        if (_stopped)
            return;
        HlsPart? part = null;
        MediaException? failure = null;
        try
        {
            part = _stream.NextPart();
        }
        catch (MediaException error)
        {
            failure = error;
        }
        catch (Exception error) when (StreamFeed.IsBroken(error))
        {
            failure = StreamFeed.BrokeOff(Name, error);
        }

        lock (_gate)
        {
            if (_stopped)
                return;
            (_isOver, _failure) = (part is null, failure);
            try
            {
                if (part is not null)
                    _following = (new(_command with { IsLive = true, Companion = new StreamFeed(Name, part, OpenNext) }), part);
            }
            catch (MediaException error)
            {
                (_isOver, _failure) = (true, error);
            }

            _changed.Set();
        }
    }

    /// <returns>False at the end.</returns>
    bool TakeFollowing()
    {
        while (true)
        {
            _changed.Wait();
            lock (_gate)
            {
                if (_stopped)
                    return false;
                if (_following is { } following)
                {
                    (_current, _following, _isFirstOfPart) = (following, null, true);
                    _gap += following.Part.Gap;
                    _taken.Set();
                    return true;
                }

                if (_isOver)
                    return _failure is null ? false : throw _failure;
                _changed.Reset();
            }
        }
    }

    bool TryNextOfPart(out FrameHeader header)
    {
        var (child, part) = _current!.Value;
        try
        {
            if (!child.WaitNext(out header))
                return false;
            header = header with { Sequence = _next, PresentationTime = Timed(header.PresentationTime, part) };
            return true;
        }
        catch (MediaException error) when (error.Fault == MediaFault.SourceUnreadable && _isFirstOfPart && _next > 0)
        {
            // An advert that cannot be decoded: the stream goes on behind it.
            _gap += part.Duration;
            Say(error.Message.TrimEnd('.'));
            header = default;
            return false;
        }
    }

    TimeSpan Timed(TimeSpan time, HlsPart part)
    {
        if (_isFirstOfPart)
        {
            if (_next > 0)
                _offset = _last + _usual + _gap - time;
            if (part.Reason is { } reason)
                Say(reason);
            (_gap, _isFirstOfPart) = (TimeSpan.Zero, false);
        }
        else
        {
            _usual = time + _offset - _last is { Ticks: > 0 } distance ? distance : _usual;
            if (_last > _saidUntil)
                _status = SourceStatus.Plain;
        }

        return _last = time + _offset;
    }

    void Say(string reason) => (_status, _saidUntil) = (SourceStatus.Plain with { Reason = reason }, _last + _usual + _gap + SaysFor);

    void EndPart()
    {
        FFmpegSource? ended;
        lock (_gate)
            (ended, _current) = (_current?.Child, null);
        ended?.Dispose();
    }

    void End(Action<FFmpegSource> end)
    {
        lock (_gate)
        {
            _stopped = true;
            if (_current is { } current)
                end(current.Child);
            _following?.Child.Abort();
        }

        _changed.Set();
        _taken.Set();
    }
}
