using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Sources;

namespace FastCam.Edge.Sinks;

/// <summary>
/// What a stream's window shows: the newest frame with its overlay, and on it what is wrong with the source, what a key has changed and the list of keys.
/// The sink's thread offers frames, the thread of all windows draws. Drawing a frame allocates nothing while neither size nor settings change.
/// </summary>
sealed class WindowView : IWindowContent, IDisposable
{
    /// <summary>The keys beside those of <see cref="OverlayKeys"/>.</summary>
    static readonly (string Keys, string Does)[] OwnKeys =
    [
        ("space", "pause"),
        ("s", "snapshot"),
        ("f", "full screen"),
        ("h", "this list"),
        ("q  Esc", "quit"),
    ];

    readonly WindowSinkUri _uri;
    readonly WatchedStream _stream;
    readonly OverlayKeys _keys;
    readonly WindowTitle _title;
    readonly WindowText _text = new([.. OverlayKeys.Help, .. OwnKeys]);
    readonly object _gate = new(); // The sink waits on it, which a Lock does not allow.
    readonly Canvas _frame = new(), _overlay = new(), _spare = new();
    readonly WindowSnapshots _snapshots;
    FramePainter _painter;
    FrameResult? _result;
    long _sequence;
    bool _hasFrame, _isOffered, _isChanged = true, _isPaused, _isClosed, _isEnded;

    public WindowView(WindowSinkUri uri, SinkOpening opening)
    {
        var stream = opening.Stream;
        (_uri, _stream, IsFullScreen) = (uri, stream, uri.FillsScreen);
        _keys = new OverlayKeys(stream.Overlay, stream.Views);
        _painter = stream.CreatePainter(stream.Overlay);
        _title = new WindowTitle(stream.Source, opening.LabelOf);
        _snapshots = new WindowSnapshots(uri.Snapshots, stream.Id, Note);
        _text.Waiting = "waiting for the first frame";
        _stream.Source.StatusChanged += SourceChanged;
    }

    public string Title
    {
        get
        {
            lock (_gate)
                return _title.Text;
        }
    }

    public bool IsFullScreen { get; private set; }

    DropReason WhyClosed => Failure is null ? DropReason.Shutdown : DropReason.SinkFailed;

    /// <summary>Why the window is no more, as a sentence; null while it is there, and where its user closed it.</summary>
    public string? Failure { get; private set; }

    /// <summary>Hands a frame over, to be drawn next.</summary>
    /// <returns>Why the frame will not be drawn; null where it will.</returns>
    /// <exception cref="EdgeException">Its overlay would be too large.</exception>
    public DropReason? Offer(in FramePacket packet)
    {
        lock (_gate)
        {
            if (_isClosed)
                return WhyClosed;
            if (_isPaused)
                return DropReason.Paused;
            _painter.ThrowUnlessDrawn(packet.Frame.Format);
            if (!_hasFrame)
                _text.Note("h: the keys");
            packet.Frame.Pixels.CopyTo(_frame.Of(packet.Frame.Format).Pixels);
            packet.Result?.AddLease();
            _result?.Release();
            (_result, _sequence, _hasFrame, _isOffered, _text.Waiting) = (packet.Result, packet.Info.Sequence, true, true, null);
            _title.Count(packet);
            return null;
        }
    }

    /// <summary>Waits until the frame offered last was drawn, or will not be any more.</summary>
    /// <param name="patience">How long.</param>
    /// <param name="dropped">Why it will not be drawn; null where it was.</param>
    /// <returns>False where the time is over.</returns>
    public bool WaitDrawn(TimeSpan patience, out DropReason? dropped)
    {
        lock (_gate)
        {
            if (_isOffered && !_isClosed)
                Monitor.Wait(_gate, patience);
            dropped = _isOffered && _isClosed ? WhyClosed : null;
            return !_isOffered || _isClosed;
        }
    }

    /// <summary>The stream is over: the last frame stays as it is, and what is still being saved is waited for.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnded = true;
            _result?.Release();
            _result = null;
        }
        _snapshots.Wait();
    }

    public bool Draw(out FrameFormat format, out ReadOnlySpan<byte> pixels)
    {
        lock (_gate)
        {
            format = default;
            pixels = default;
            if (_isEnded || !(_isOffered | _isChanged | _text.HasExpired()))
                return false;
            var overlay = _hasFrame ? Paint(_overlay) : _overlay.Black(_uri.Size);
            _text.Draw(overlay.AsI420());
            (_isOffered, _isChanged) = (false, false);
            Monitor.PulseAll(_gate);
            format = overlay.Format;
            pixels = overlay.Pixels;
            return true;
        }
    }

    public void Press(char key)
    {
        var quits = false;
        lock (_gate)
        {
            _isChanged = true;
            switch (char.ToLowerInvariant(key))
            {
                case ' ':
                    _isPaused = _title.IsPaused = !_isPaused;
                    _text.Note(_isPaused ? "paused" : "goes on");
                    break;
                case 's':
                    _text.Note(_hasFrame && !_isEnded ? _snapshots.Save(Paint(_spare), _sequence) : "there is no frame");
                    break;
                case 'f':
                    IsFullScreen = !IsFullScreen;
                    break;
                case 'h' or '?':
                    _text.IsHelping = !_text.IsHelping;
                    break;
                case IWindowContent.Escape when IsFullScreen:
                    IsFullScreen = false;
                    break;
                case 'q' or IWindowContent.Escape:
                    quits = true;
                    break;
                default:
                    Change(key);
                    break;
            }
        }
        if (quits)
            _stream.Stop();
    }

    public void Closed(string? failure)
    {
        lock (_gate)
        {
            (Failure, _isClosed) = (failure, true);
            Monitor.PulseAll(_gate);
        }
        _stream.Stop();
    }

    public void Dispose()
    {
        _stream.Source.StatusChanged -= SourceChanged;
        lock (_gate)
        {
            _isEnded = true;
            _frame.Dispose();
            _overlay.Dispose();
            _spare.Dispose();
        }
    }

    Frame Paint(Canvas canvas)
    {
        var target = canvas.Of(_painter.SizeFor(_frame.Format));
        _painter.Paint(_frame.Frame.AsI420(), _result?.Explanation, target.AsI420());
        return target;
    }

    void Change(char key)
    {
        var before = _keys.Settings;
        if (_keys.Press(key) is not { } note)
            return;
        try
        {
            if (_keys.Settings != before)
            {
                var painter = _stream.CreatePainter(_keys.Settings);
                painter.ThrowUnlessDrawn(_hasFrame ? _frame.Format : _uri.Size);
                _painter = painter;
            }
        }
        catch (EdgeException e)
        {
            _keys.Undo(before);
            note = e.Message;
        }
        _text.Note(note);
    }

    void Note(string text)
    {
        lock (_gate)
        {
            _text.Note(text);
            _isChanged = true;
        }
    }

    void SourceChanged(SourceStatus status)
    {
        lock (_gate)
        {
            var state = EnumNames.Format(status.State);
            _title.State = state;
            _text.Trouble = status.State is SourceState.Starting or SourceState.Running or SourceState.Ended ? null
                : status.Reason is { } reason ? $"{state}: {reason}" : state;
            _isChanged = true;
        }
    }
}
