using System.Diagnostics;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Nut;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>
/// Frames from a child process, FFmpeg as a rule: of a video file, or of one connection to a live source. Every frame of a
/// file comes once, with the timestamp it has there. Reading allocates nothing.
/// </summary>
sealed class FFmpegSource : FrameSource
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    readonly CaptureCommand _command;
    readonly FFmpegChild _child;
    readonly IFrameReader _reader;
    readonly long _started = Stopwatch.GetTimestamp();
    Timer? _hung;
    long _next;
    bool _hasFrames;
    bool _announced; // a frame's header has been read, and its pixels have not
    bool _stopped;

    public FFmpegSource(CaptureCommand command)
    {
        _command = command;
        try
        {
            _child = new FFmpegChild(command.Program, command.Arguments, diesWithUs: true);
        }
        catch
        {
            command.Companion?.Dispose();
            throw;
        }

        _reader = command.Read(_child.Output);
        if (command.Companion is { } companion)
            companion.Attach(_child.Input);
        else
            _child.Input.Dispose();
    }

    /// <inheritdoc/>
    public override string Name => _command.Name;

    /// <inheritdoc/>
    public override bool IsLive => _command.IsLive;

    /// <inheritdoc/>
    public override bool IsFinite => _command.IsFinite;

    /// <inheritdoc/>
    public override string? Notice => _command.Notice;

    /// <inheritdoc/>
    internal override long? DueSince => _hasFrames ? null : _command.Companion?.FrameDueSince;

    internal override long PacketsLost => _child.PacketsMissed + (_command.Companion?.PacketsLost ?? 0);

    public int ProcessId => _child.ProcessId;

    /// <summary>Opens a video file. Only formats that hold their frames themselves are opened, never a playlist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loop">Whether to begin anew at its end, for ever; timestamps go on rising.</param>
    /// <exception cref="MediaException">The file or FFmpeg does not exist. A file that is no video fails at the first frame.</exception>
    public static FFmpegSource OpenVideo(string path, bool loop = false)
    {
        RequireFile(path);
        var tool = FFmpegTool.Find();
        var command = new CaptureCommand(path, tool.Path, FFmpegInput.Video(tool, path, loop), output => new NutReader(output));
        return new(command with { IsFinite = !loop });
    }

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header)
    {
        header = default;
        lock (_gate)
        {
            if (_stopped)
                return false;
        }

        var more = TryReadHeader(out var presentationTime);
        lock (_gate)
        {
            if (_stopped)
                return false;
            _announced = more;
            _hasFrames |= more;
        }

        if (!more)
        {
            RequireGoodEnd();
            return false;
        }

        if (_command.IsTimedByArrival)
            presentationTime = Stopwatch.GetElapsedTime(_started);
        header = new(_reader.Format, _next, presentationTime);
        return true;
    }

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        ReadPixels(frame.Pixels);
        return true;
    }

    /// <inheritdoc/>
    public override void Skip() => Consumed(_reader.TrySkipPixels());

    /// <inheritdoc/>
    /// <remarks>A frame that is announced already can still be read.</remarks>
    public override void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            if (!_announced)
                _child.Kill(); // this wakes a blocked WaitNext
            else
                _hung ??= new Timer(_ => _child.Kill(), null, Patience, Timeout.InfiniteTimeSpan); // the pixels should come soon
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        lock (_gate)
            _stopped = true;
        _child.Kill();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _hung?.Dispose();
        _child.Kill();
        _command.Companion?.Dispose();
        _child.Dispose();
    }

    public void ReadPixels(Span<byte> pixels) => Consumed(_reader.TryReadPixels(pixels));

    static void RequireFile(string path)
    {
        if (!File.Exists(path))
            throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.");
    }

    bool TryReadHeader(out TimeSpan presentationTime)
    {
        try
        {
            return _reader.TryReadHeader(out presentationTime);
        }
        catch (MediaException damage)
        {
            if (damage.Fault == MediaFault.SourceUnreadable)
                throw new MediaException(damage.Fault, $"{Name} is not opened: {damage.Message}", damage) { Recovery = Recovery.None };
            if (damage.Recovery == Recovery.AtOnce && IsLive)
                throw new MediaException(MediaFault.SourceFailed, $"{Name}: the frames have another size now.", damage) { Recovery = Recovery.AtOnce };
            throw new MediaException(MediaFault.SourceFailed, $"{Name} failed after {_next} frames: {damage.Message.TrimEnd('.')}.", damage);
        }
    }

    void Consumed(bool whole)
    {
        lock (_gate)
            _announced = false;
        if (!whole)
            throw Failure(DescribeEnd(_child.Exit(Patience)));
        _next++;
    }

    void RequireGoodEnd()
    {
        var code = _child.Exit(Patience);
        if (_next == 0 && _command.Explain?.Invoke(Log) is { } explained)
            throw explained;
        if (_command.Companion?.Failure is { } failure)
            throw failure;
        if (_next == 0)
            throw FFmpegLog.Unreadable(Name, Log, _command.Tool);
        if (code != 0)
            throw Failure(DescribeEnd(code));
        if (FFmpegLog.WhyCut(Log) is { } reason)
            throw Failure(reason);
    }

    MediaException Failure(string reason) => new(MediaFault.SourceFailed, $"{Name} failed after {_next} frames: {reason}.");

    string DescribeEnd(int? code) => code is null
        ? $"{_command.Tool} hung and was ended"
        : $"{_command.Tool} ended with code {code}{FFmpegLog.Quote(Log, _command.Tool)}";

    string Log => Redaction.OfLog(_command.Companion?.Translate(_child.Log) ?? _child.Log, _command.Login?.Password);
}
