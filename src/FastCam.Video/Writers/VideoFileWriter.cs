using System.Diagnostics;
using FastCam.Video.Accounting;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Nut;

namespace FastCam.Video.Writers;

/// <summary>
/// Writes a video file through an FFmpeg child process. A frame is delivered when FFmpeg counts it as written to the file.
/// The file is fragmented: after a kill at any moment, it plays up to the last half second or so. Writing allocates nothing.
/// </summary>
public sealed class VideoFileWriter : FrameWriter
{
    readonly string _path;
    readonly FFmpegTool _tool = FFmpegTool.Find();
    readonly VideoEncoder _encoder;
    readonly bool _created; // whether we created the file, empty, to claim its name
    readonly Lock _gate = new();
    readonly Queue<long> _unconfirmed = new(256);
    readonly TimeSpan _patience; // it applies to one frame, and to the end
    readonly Timer _watchdog;
    long _confirmed;
    long _writeBegan; // 0 while no write is going on
    FFmpegChild? _child;
    Thread? _progress;
    NutWriter? _writer;
    FrameFormat _format;
    FrameFitter? _fitter;
    MediaException? _failure;
    volatile bool _hung;
    bool _disposed;

    /// <summary>
    /// Claims the file's name. The encoder starts with the first frame, and the file keeps that frame's size: frames of another
    /// size, as from a camera that changes its mode, are fitted in.
    /// </summary>
    /// <param name="account">The sink's account.</param>
    /// <param name="path">The file; its extension chooses the container: .mp4, .mov or .mkv.</param>
    /// <param name="force">Whether a file that exists is overwritten.</param>
    /// <exception cref="MediaException">The file exists or cannot be written, its extension is another, or FFmpeg is not installed.</exception>
    public VideoFileWriter(LedgerAccount account, string path, bool force = false)
        : this(account, path, force, TimeSpan.FromSeconds(60))
    {
    }

    /// <param name="account">The sink's account.</param>
    /// <param name="path">The file.</param>
    /// <param name="force">Whether a file that exists is overwritten.</param>
    /// <param name="patience">How long one frame, or the end, may take.</param>
    internal VideoFileWriter(LedgerAccount account, string path, bool force, TimeSpan patience) : base(account)
    {
        if (!CanWrite(path))
        {
            throw new MediaException(
                MediaFault.BadUri, $"{path} is no video file that can be written: its name must end in {FFmpegOutput.Extensions}.");
        }

        _path = path;
        _encoder = VideoEncoder.Choose(_tool);
        _created = Claim(path, force);
        _patience = patience;
        _watchdog = new Timer(_ => EndHungEncoder(), null, patience, patience / 4);
    }

    /// <summary>The extensions that can be written, as a display text.</summary>
    public static string Extensions => FFmpegOutput.Extensions;

    /// <summary>FFmpeg's name of the encoder in use: <c>libx264</c> if it is there.</summary>
    public string Encoder => _encoder.Name;

    internal int? EncoderProcessId => _child?.ProcessId;

    /// <summary>Whether a path's extension is one that can be written.</summary>
    public static bool CanWrite(string path) => FFmpegOutput.CanWrite(path);

    /// <inheritdoc/>
    public override void Write(Frame frame)
    {
        if (_failure is not null)
        {
            Account.Dropped(frame.Sequence, DropReason.SinkFailed);
            throw _failure;
        }

        lock (_gate)
            _unconfirmed.Enqueue(frame.Sequence);
        try
        {
            Volatile.Write(ref _writeBegan, Stopwatch.GetTimestamp());
            _writer ??= Start(frame.Format);
            _writer.Write(frame.Info.PresentationTime, frame.Format == _format ? frame.Pixels : Fit(frame));
            Volatile.Write(ref _writeBegan, 0);
        }
        catch (Exception error) when (error is IOException or MediaException)
        {
            throw Fail(error as MediaException);
        }
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (_child is null || _failure is not null)
            return;
        var code = EndEncoder();
        var unconfirmed = DropUnconfirmed(DropReason.SinkFailed);
        if (code != 0 || unconfirmed > 0)
            throw _failure = Describe(code);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _watchdog.Dispose();
        _child?.Kill();
        _progress?.Join(); // a pipe must not be closed while it is read
        _child?.Dispose();
        DropUnconfirmed(DropReason.Shutdown);
        if (_created && _child is null)
            File.Delete(_path);
    }

    /// <summary>Claims the file's name; false where a file had it already.</summary>
    static bool Claim(string path, bool force)
    {
        var existed = File.Exists(path);
        using var file = OutputFile.Create(path, force, FileMode.OpenOrCreate);
        return !existed;
    }

    NutWriter Start(FrameFormat format)
    {
        _format = format;
        _child = new FFmpegChild(_tool.Path, FFmpegOutput.File(_tool, _encoder, format, _path));
        _progress = new Thread(ReadProgress) { IsBackground = true, Name = "FFmpeg progress" };
        _progress.Start();
        return new NutWriter(_child.Input, format);
    }

    ReadOnlySpan<byte> Fit(Frame frame) => (_fitter ??= new FrameFitter(_format)).Fit(frame.Format, frame.Pixels);

    void ReadProgress()
    {
        var buffer = new byte[1024];
        var progress = new ProgressReader();
        var output = _child!.Output;
        for (var count = output.Read(buffer); count > 0; count = output.Read(buffer))
        {
            progress.Read(buffer.AsSpan(0, count));
            Confirm(progress.Frames);
        }
    }

    // FFmpeg writes frames in the order in which it got them, so its count tells which ones are written.
    void Confirm(long frames)
    {
        lock (_gate)
        {
            for (; _confirmed < frames && _unconfirmed.TryDequeue(out var sequence); _confirmed++)
                Account.Delivered(sequence);
        }
    }

    int DropUnconfirmed(DropReason reason)
    {
        lock (_gate)
        {
            var count = _unconfirmed.Count;
            while (_unconfirmed.TryDequeue(out var sequence))
                Account.Dropped(sequence, reason);
            return count;
        }
    }

    MediaException Fail(MediaException? known)
    {
        var code = _child is null ? null : EndEncoder();
        DropUnconfirmed(DropReason.SinkFailed);
        return _failure = known ?? Describe(code);
    }

    int? EndEncoder()
    {
        try
        {
            _child!.Input.Dispose();
        }
        catch (IOException)
        {
            // The buffered bytes cannot be written: the encoder is gone, and its exit code says so.
        }

        var code = _child!.Exit(_patience);
        _progress!.Join();
        return code;
    }

    MediaException Describe(int? code)
    {
        var reason = FFmpegLog.WhyEncodingEnded(_hung ? null : code, _child!.Log);
        return new(MediaFault.SinkFailed, $"{_path} failed after {_confirmed} frames: {reason}.");
    }

    void EndHungEncoder()
    {
        var began = Volatile.Read(ref _writeBegan);
        if (began == 0 || Stopwatch.GetElapsedTime(began) < _patience)
            return;
        _hung = true;
        _child?.Kill();
    }
}

/// <summary>Picks the count of written frames, lines <c>frame=123</c>, out of what FFmpeg's <c>-progress</c> writes.</summary>
struct ProgressReader
{
    static ReadOnlySpan<byte> Key => "frame="u8;

    int _column; // -1 in any other line
    long _value;

    /// <summary>The last count that was read to the end of its line.</summary>
    public long Frames { get; private set; }

    public void Read(ReadOnlySpan<byte> text)
    {
        foreach (var letter in text)
        {
            if (letter == '\n')
            {
                if (_column > Key.Length)
                    Frames = _value;
                _column = 0;
                _value = 0;
            }
            else if (_column >= Key.Length)
            {
                if (char.IsAsciiDigit((char)letter))
                {
                    _value = _value * 10 + letter - '0';
                    _column++;
                }
            }
            else if (_column >= 0)
            {
                _column = letter == Key[_column] ? _column + 1 : -1;
            }
        }
    }
}
