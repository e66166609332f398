using System.Diagnostics;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Stills;
using OpenCvSharp;
using FrameSource = FastCam.Video.Sources.FrameSource;

namespace FastCam.OpenCv;

/// <summary>What OpenCV captures from.</summary>
enum Kind
{
    /// <summary>A file, which ends.</summary>
    File,

    /// <summary>A camera, which runs at its own pace.</summary>
    Camera,

    /// <summary>A connection to a server, likewise.</summary>
    Stream,
}

/// <summary>
/// Frames by OpenCV's VideoCapture. A thread of its own reads one frame ahead, because a read may hang: then the thread and the capture's handle are left
/// behind, and closed when it returns, if ever. Reading allocates nothing.
/// </summary>
sealed class OpenCvSource : FrameSource
{
    /// <summary>OpenCV's own patience with a camera, in whole seconds: a read that finds no frame returns after it. There is none shorter.</summary>
    public const int CameraPatience = 1;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly VideoCapture _capture;
    readonly Kind _kind;
    readonly bool _loop;
    readonly Mat _image = new();
    readonly SemaphoreSlim _free = new(0), _ready = new(0);
    readonly Thread _reader;
    readonly Lock _gate = new();
    FrameFormat _format;
    TimeSpan _time, _last, _step, _base;
    Exception? _failure;
    long _next;
    bool _hasFrame, _isAnnounced;
    bool _isDone, _isAbandoned;
    int _isDisposed;
    volatile bool _stopped, _hangs;

    /// <param name="name">The display name.</param>
    /// <param name="capture">The capture, opened; it belongs to the source.</param>
    /// <param name="kind">What it captures from.</param>
    /// <param name="loop">Whether a file begins anew at its end.</param>
    public OpenCvSource(string name, VideoCapture capture, Kind kind, bool loop)
    {
        (Name, _capture, _kind, _loop) = (name, capture, kind, loop);
        _reader = new Thread(ReadAll) { IsBackground = true, Name = "OpenCV capture" };
        _reader.Start();
        _free.Release();
    }

    public override string Name { get; }

    public override bool IsLive => _kind != Kind.File;

    public override bool IsFinite => _kind == Kind.File && !_loop;

    public override string Notice => "Capturing by OpenCV, in this process.";

    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        if (_stopped)
            return false;
        _ready.Wait();
        if (_stopped)
            return false;
        if (_failure is { } failure)
            throw new MediaException(MediaFault.SourceFailed, $"{Name} failed after {_next} frames: {failure.Message.TrimEnd('.')}.", failure);
        if (!_hasFrame)
        {
            if (_next == 0)
                throw new MediaException(MediaFault.SourceUnreadable, $"OpenCV reads no frame of {Name}.");
            return IsLive
                ? throw new MediaException(MediaFault.SourceFailed, $"{Name} failed after {_next} frames: OpenCV reads no more, and does not say why.")
                : false;
        }
        _isAnnounced = true;
        header = new FrameHeader(_format, _next, _time);
        return true;
    }

    public override bool Read(Frame frame)
    {
        ToI420(frame.Pixels);
        Consume();
        return true;
    }

    public override void Skip() => Consume();

    public override void Stop()
    {
        _stopped = true;
        _ready.Release();
        _free.Release();
    }

    /// <summary>Somebody waited for a frame in vain: there is no use in waiting for the read.</summary>
    public override void Abort()
    {
        _hangs = true;
        Stop();
    }

    public override void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        Stop();
        _reader.Join(_hangs ? TimeSpan.Zero : Patience);
        lock (_gate)
        {
            _isAbandoned = true;
            if (_isDone)
                Close();
        }
    }

    void Consume()
    {
        if (!_isAnnounced)
            return;
        _isAnnounced = false;
        _next++;
        _free.Release();
    }

    void Close()
    {
        _capture.Dispose();
        _image.Dispose();
        _free.Dispose();
        _ready.Dispose();
    }

    void ReadAll()
    {
        for (_free.Wait(); !_stopped; _free.Wait())
        {
            try
            {
                _hasFrame = TryRead();
            }
            catch (OpenCVException e)
            {
                _failure = e;
            }
            _ready.Release();
        }
        // What Dispose did not wait for is closed here.
        lock (_gate)
        {
            _isDone = true;
            if (_isAbandoned)
                Close();
        }
    }

    bool TryRead()
    {
        if (!FindsFrame())
        {
            if (!_loop || _next == 0)
                return false;
            _base = _time + _step;
            if (!_capture.Set(VideoCaptureProperties.PosFrames, 0) || !FindsFrame())
                return false;
            _last = default;
        }
        var position = TimeSpan.FromMilliseconds(_capture.Get(VideoCaptureProperties.PosMsec));
        if (_kind == Kind.Camera && _next == 0)
            _base = -position; // A driver's clock has a zero of its own.
        if (position > _last)
            _step = position - _last;
        (_last, _time) = (position, _base + position);
        _format = new FrameFormat(_image.Width, _image.Height);
        return true;
    }

    /// <summary>
    /// Reads until there is a frame or none can come. OpenCV says the same of a camera that is gone, at once, and of one that gives nothing, after its
    /// patience: that one may go on, and how long to wait for it is the program's affair.
    /// </summary>
    bool FindsFrame()
    {
        long start;
        do
        {
            start = Stopwatch.GetTimestamp();
            if (_capture.Read(_image) && !_image.Empty())
                return true;
        }
        while (_kind == Kind.Camera && !_stopped && Stopwatch.GetElapsedTime(start).TotalSeconds >= CameraPatience);
        return false;
    }

    unsafe void ToI420(Span<byte> pixels)
    {
        if (_image.Type() != MatType.CV_8UC3 || !_image.IsContinuous())
            throw new MediaException(MediaFault.SourceFailed, $"{Name}: OpenCV gives {_image.Type()}, where three bytes a pixel are wanted.");
        I420Conversion.FromBgr(new ReadOnlySpan<byte>(_image.DataPointer, 3 * _format.LumaByteCount), _format, pixels);
    }
}
