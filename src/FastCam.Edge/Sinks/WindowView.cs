using System.Globalization;
using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Sources;
using FastCam.Video.Stills;

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
    readonly Canvas _frame = new(), _image = new();
    FramePainter _painter;
    FrameResult? _result;
    Task _saving = Task.CompletedTask;
    long _sequence;
    bool _hasFrame, _isOffered, _isChanged = true, _isPaused, _isEnded;

    public WindowView(WindowSinkUri uri, SinkOpening opening)
    {
        var stream = opening.Stream;
        (_uri, _stream, IsFullScreen) = (uri, stream, uri.FillsScreen);
        _keys = new OverlayKeys(stream.Overlay, stream.Views);
        _painter = stream.Paint(stream.Overlay);
        _title = new WindowTitle(stream.Source, opening.LabelOf);
        _text.Waiting = "waiting for the first frame";
        _stream.Source.StatusChanged += SourceChanged;
    }

    public string Title => _title.Text;

    public bool IsFullScreen { get; private set; }

    /// <summary>Whether the window is no more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Why the window is no more, as a sentence; null while it is there, and where its user closed it.</summary>
    public string? Failure { get; private set; }

    /// <summary>Hands a frame over, to be drawn next.</summary>
    /// <returns>Why the frame will not be drawn; null where it will.</returns>
    public DropReason? Offer(in FramePacket packet)
    {
        lock (_gate)
        {
            if (IsClosed)
            {
                _stream.Stop(); // It may have been closed before the stream could be stopped.
                return Failure is null ? DropReason.Shutdown : DropReason.SinkFailed;
            }
            if (_isPaused)
                return DropReason.Paused;
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

    /// <summary>Waits until the frame offered last was drawn; false where the time is over, or the window no more.</summary>
    public bool WaitDrawn(TimeSpan patience)
    {
        lock (_gate)
        {
            if (_isOffered && !IsClosed)
                Monitor.Wait(_gate, patience);
            return !_isOffered;
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
        _saving.Wait();
    }

    public bool Draw(out FrameFormat format, out ReadOnlySpan<byte> pixels)
    {
        lock (_gate)
        {
            format = default;
            pixels = default;
            if (_isEnded || !(_isOffered | _isChanged | _text.HasExpired()))
                return false;
            var image = _hasFrame ? Paint(_image) : _image.Black(_uri.Size);
            _text.Draw(image.AsI420());
            (_isOffered, _isChanged) = (false, false);
            Monitor.PulseAll(_gate);
            format = image.Format;
            pixels = image.Pixels;
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
                    Save();
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
            (IsClosed, Failure) = (true, failure);
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
            _image.Dispose();
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
        if (_keys.Settings != before)
        {
            var painter = _stream.Paint(_keys.Settings);
            var size = painter.SizeFor(_hasFrame ? _frame.Format : _uri.Size);
            if (size.Width > FrameFormat.MaximumWidth || size.Height > FrameFormat.MaximumHeight)
            {
                _keys.Undo(before);
                note = $"{note} would be larger than {FrameFormat.MaximumWidth}×{FrameFormat.MaximumHeight}";
            }
            else
            {
                _painter = painter;
            }
        }
        _text.Note(note);
    }

    /// <summary>Saves the overlay as it is, without the window's own text, beside the stream.</summary>
    void Save()
    {
        if (!_hasFrame || _isEnded || !_saving.IsCompleted)
        {
            _text.Note(_hasFrame ? "still saving the last one" : "no frame yet");
            return;
        }
        using var canvas = new Canvas();
        var drawn = Paint(canvas);
        var (format, rgb) = (drawn.Format, new byte[3 * drawn.Format.LumaByteCount]);
        I420Conversion.ToRgb(drawn.Pixels, format, rgb);
        var time = DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var file = Path.Combine(_uri.Snapshots, $"{FileName(_stream.Id)}-{time}-{_sequence}.png");
        _saving = Task.Run(() =>
        {
            var note = $"saved {file}";
            try
            {
                Directory.CreateDirectory(_uri.Snapshots);
                new StillImage(format.Width, format.Height, rgb).SavePng(file);
            }
            catch (Exception e) when (e is MediaException or IOException or UnauthorizedAccessException)
            {
                note = e.Message;
            }
            lock (_gate)
            {
                _text.Note(note);
                _isChanged = true;
            }
        });
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

    static string FileName(string id) => string.Join('_', id.Split(Path.GetInvalidFileNameChars()));

    /// <summary>A frame's buffer, made anew when the size changes.</summary>
    sealed class Canvas : IDisposable
    {
        FramePool? _pool;
        Frame? _frame;

        public Frame Frame => _frame!;

        public FrameFormat Format => _frame!.Format;

        public Frame Of(FrameFormat format)
        {
            if (_frame?.Format == format)
                return _frame;
            Dispose();
            _pool = new FramePool(format, 1);
            return _frame = _pool.Rent()!;
        }

        public Frame Black(FrameFormat format)
        {
            const byte Neutral = 128;
            var pixels = Of(format).Pixels;
            pixels[..format.LumaByteCount].Clear();
            pixels[format.LumaByteCount..].Fill(Neutral);
            return _frame!;
        }

        public void Dispose()
        {
            _frame?.Release();
            _pool?.Dispose();
            (_frame, _pool) = (null, null);
        }
    }
}
