using System.Net;
using FastCam.Video.Cameras;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Nut;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>A backend that captures live sources with the least delay.</summary>
abstract class LiveCapture
{
    /// <summary>How it decodes, as a sentence; null when there is nothing to say.</summary>
    public abstract string? Notice { get; }

    /// <exception cref="MediaException">The backend is not installed, or has no such decoder.</exception>
    public static LiveCapture Create(SourceOptions options) =>
        options.Capture == CaptureBackend.Opencv ? new LibraryCapture(MediaLibrary.Load(), options.Supervision) : ChildCapture.Create(options);

    /// <summary>The backend for RTSP.</summary>
    /// <exception cref="MediaException">The backend is not installed, or has no such decoder.</exception>
    public static LiveCapture CreateForRtsp(SourceOptions options)
    {
        // A decoder that was asked for belongs to one backend.
        var isOpen = options is { Capture: CaptureBackend.Auto, GStreamerDecoder: null, Acceleration: HardwareDecoder.Auto or HardwareDecoder.None };
        return isOpen && GStreamer.Find() is not null ? new QuickestCapture(options) : Create(options);
    }

    /// <summary>Opens one connection to an RTSP server.</summary>
    /// <param name="name">The display name.</param>
    /// <param name="relay">What is connected to the server, and is played; it belongs to the source.</param>
    /// <param name="transport">How the server sends.</param>
    /// <param name="login">Credentials that must not show in what is said.</param>
    /// <exception cref="MediaException">It cannot be opened.</exception>
    public abstract FrameSource OpenRtsp(string name, RtspRelay relay, RtspTransport transport, Login? login);

    /// <summary>Opens a camera of this machine.</summary>
    /// <exception cref="MediaException">It cannot be opened, or not so.</exception>
    public abstract FrameSource OpenCamera(string name, CameraInput camera);
}

/// <summary>Live capture by a child process.</summary>
abstract class ChildCapture : LiveCapture
{
    /// <exception cref="MediaException">The backend is not installed, has no such decoder, or is no child.</exception>
    public static new ChildCapture Create(SourceOptions options)
    {
        switch (options.Capture)
        {
            case CaptureBackend.Gstreamer:
            case CaptureBackend.Auto when options.GStreamerDecoder is not null:
                return new GStreamerCapture(options.GStreamerDecoder);
            case CaptureBackend.Opencv:
                throw new MediaException(MediaFault.BadUri, "OpenCV captures files, cameras and RTSP; choose another for what else comes over the network.")
                { Setting = "capture" };
            default:
                var tool = FFmpegTool.Find();
                return new FFmpegCapture(tool, HardwareDecoder.Choose(tool, options.Acceleration));
        }
    }

    public sealed override FrameSource OpenRtsp(string name, RtspRelay relay, RtspTransport transport, Login? login) =>
        new FFmpegSource(Rtsp(name, relay.LocalUrl, transport) with { Companion = relay, IsLive = true, Login = login });

    public sealed override FrameSource OpenCamera(string name, CameraInput camera) => new FFmpegSource(Camera(name, camera) with { IsLive = true });

    /// <summary>An RTSP server on this machine.</summary>
    public abstract CaptureCommand Rtsp(string name, string url, RtspTransport transport);

    /// <summary>A camera of this machine.</summary>
    public abstract CaptureCommand Camera(string name, CameraInput camera);

    /// <summary>JPEG images in MIME parts on standard input. Their times are those of arrival.</summary>
    public abstract CaptureCommand MotionJpeg(string name);

    /// <summary>A stream of media in a container, such as MPEG-TS, on standard input.</summary>
    /// <param name="name">The source's display name.</param>
    /// <param name="keepsSize">Whether frames whose size changes midway may be scaled to the first size, where another connection would begin anew.</param>
    public abstract CaptureCommand Media(string name, bool keepsSize);

    /// <summary>RTP as a session description says that is on standard input.</summary>
    /// <param name="name">The display name.</param>
    /// <param name="local">The address of this machine where a group is joined; null: as this machine's routes say.</param>
    public abstract CaptureCommand Rtp(string name, IPAddress? local);
}

/// <summary>A child process that captures.</summary>
/// <param name="Name">The source's display name.</param>
/// <param name="Program">The program's path.</param>
/// <param name="Arguments">The program's arguments.</param>
/// <param name="Read">Makes the reader of its output.</param>
sealed record CaptureCommand(string Name, string Program, IReadOnlyList<string> Arguments, Func<Stream, IFrameReader> Read)
{
    /// <summary>The program's display name.</summary>
    public string Tool { get; init; } = "FFmpeg";

    /// <summary>Whether it ends by itself.</summary>
    public bool IsFinite { get; init; }

    /// <summary>Whether it runs at its own pace: what it captures waits for nobody.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether its timestamps mean nothing, so that a frame's time is that of its arrival.</summary>
    public bool IsTimedByArrival { get; init; }

    /// <summary>What works beside the child; null where nothing does.</summary>
    public Companion? Companion { get; init; }

    /// <summary>How the source is read, as a display text; null when there is nothing to say.</summary>
    public string? Notice { get; init; }

    /// <summary>Credentials that must not show in what the child says.</summary>
    public Login? Login { get; init; }

    /// <summary>Explains why there was no frame at all, by what the child said; null, and where it returns null: as for a file.</summary>
    public Func<string, MediaException?>? Explain { get; init; }
}

/// <summary>Live capture by FFmpeg. Each option saves a delay or spares a surprise.</summary>
sealed class FFmpegCapture(FFmpegTool tool, HardwareDecoder decoder) : ChildCapture
{
    public override string? Notice => decoder.Notice;

    /// <summary>For what FFmpeg alone captures here.</summary>
    /// <param name="options">How it is to be played.</param>
    /// <param name="what">What that is, as in "SRT".</param>
    /// <exception cref="MediaException">Another backend is asked for, or FFmpeg is not installed, or too old.</exception>
    public static FFmpegCapture CreateFor(SourceOptions options, string what)
    {
        var capture = Create(options) as FFmpegCapture
            ?? throw new MediaException(MediaFault.BadUri, $"GStreamer captures RTSP, RTP, HTTP and cameras; choose another for {what}.")
            { Setting = "capture" };
        return capture.Version >= FFmpegScript.Since ? capture : throw new MediaException(
            MediaFault.ToolMissing, $"FFmpeg {capture.Version} is too old for {what}: install {FFmpegScript.Since} or newer.");
    }

    Version Version => tool.Version;

    // FFmpeg begins with the first frame and finds out nothing beforehand. Its option -fflags nobuffer would wait for a key
    // frame, and each decoder thread delays by a frame.
    static string[] AtOnce =>
        ["-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", "-threads", "1"];

    // Frames come in the size that they have; another size then ends the child.
    static string[] AnySize => ["-autoscale", "0"];

    public override CaptureCommand Rtsp(string name, string url, RtspTransport transport) => Command(name, AnySize,
    [
        "-protocol_whitelist", "tcp,udp,rtp,rtsp", .. AtOnce, .. decoder.Arguments,
        "-rtsp_transport", transport == RtspTransport.Udp ? "udp" : "tcp",
        "-max_delay", "100000", // FFmpeg waits so many µs for a datagram that is late
        "-i", url,
    ]);

    public override CaptureCommand Camera(string name, CameraInput camera) => Command(name, AnySize,
        [.. AtOnce, .. decoder.IsForH264Alone && camera.Mode.PixelFormat != "h264" ? [] : decoder.Arguments, .. camera.Arguments]);

    // The demuxer numbers frames by 25 a second. It would round the wall clock's times to that, and they jump when the clock is set.
    public override CaptureCommand MotionJpeg(string name) =>
        Command(name, AnySize, ["-protocol_whitelist", "pipe", .. AtOnce, "-f", "mpjpeg", "-i", "pipe:0"]) with { IsTimedByArrival = true };

    public override CaptureCommand Media(string name, bool keepsSize) => Command(name, keepsSize ? [] : AnySize,
    [
        "-protocol_whitelist", "pipe", "-format_whitelist", FFmpegInput.Containers,
        "-flags", "low_delay", "-threads", "1", .. decoder.Arguments, "-i", "pipe:0",
    ]);

    public override CaptureCommand Rtp(string name, IPAddress? local) => Command(name, AnySize,
    [
        "-protocol_whitelist", "pipe,udp,rtp", .. AtOnce, .. decoder.Arguments,
        "-max_delay", "100000", // as for RTSP
        "-listen_timeout", "86400", .. local is null ? [] : (string[])["-localaddr", $"{local}"], // by itself it gives up after 10 s
        "-f", "sdp", "-i", "pipe:0",
    ]);

    /// <summary>An address that a script on standard input names.</summary>
    public CaptureCommand Script(string name, FFmpegScript script) => Command(name, AnySize,
    [
        "-protocol_whitelist", $"pipe,{script.Protocols}", "-format_whitelist", $"concat,{script.Container}", .. AtOnce, .. decoder.Arguments,
        "-f", "concat", "-safe", "0", "-i", "pipe:0",
    ]);

    CaptureCommand Command(string name, string[] size, string[] input) => new(name, tool.Path,
        ["-hide_banner", "-nostdin", "-loglevel", "warning", .. input, .. FFmpegInput.RawFrames(tool, size)],
        output => new NutReader(output));
}

/// <summary>RTSP by GStreamer, which hands each frame on a frame sooner than FFmpeg; by FFmpeg from when GStreamer lacks a plug-in for the stream.</summary>
sealed class QuickestCapture(SourceOptions options) : LiveCapture
{
    readonly GStreamerCapture _quickest = new(null);
    ChildCapture? _other;

    public override string? Notice => $"{_quickest.Notice!.TrimEnd('.')}, which is quicker here than FFmpeg.";

    public override FrameSource OpenRtsp(string name, RtspRelay relay, RtspTransport transport, Login? login) => _other is { } other
        ? other.OpenRtsp(name, relay, transport, login)
        : new Attempt(_quickest.OpenRtsp(name, relay, transport, login), this);

    public override FrameSource OpenCamera(string name, CameraInput camera) => ChildCapture.Create(options).OpenCamera(name, camera);

    /// <summary>Has FFmpeg take over; false where that is not installed.</summary>
    bool TakeOther()
    {
        try
        {
            _other = ChildCapture.Create(options);
            return true;
        }
        catch (MediaException)
        {
            return false; // What GStreamer lacks is then the better advice.
        }
    }

    /// <summary>A connection by GStreamer. Where it lacks a plug-in, FFmpeg is to take over at once.</summary>
    sealed class Attempt(FrameSource inner, QuickestCapture capture) : SourceDecorator(inner)
    {
        public override bool WaitNext(out FrameHeader header)
        {
            try
            {
                return base.WaitNext(out header);
            }
            catch (MediaException error) when (error.Fault is MediaFault.ToolMissing or MediaFault.BadUri)
            {
                if (!capture.TakeOther())
                    throw;
                throw new MediaException(MediaFault.SourceFailed, $"GStreamer lacks a plug-in for {Name}: FFmpeg takes over.", error)
                { Recovery = Recovery.AtOnce };
            }
        }
    }
}

/// <summary>Live capture by a library in this process.</summary>
sealed class LibraryCapture(MediaLibrary library, Supervision limits) : LiveCapture
{
    bool _opened;

    public override string? Notice => "Capturing by OpenCV, in this process.";

    public override FrameSource OpenRtsp(string name, RtspRelay relay, RtspTransport transport, Login? login)
    {
        try
        {
            return new RelayedSource(library.OpenRtsp(name, relay.LocalUrl, limits.StartWithin), relay);
        }
        catch (Exception e)
        {
            var failure = relay.Failure;
            relay.Dispose();
            // The library knows only that it could not; the relay has seen why. Where it has seen nothing, trying again changes nothing.
            if (e is not MediaException error)
                throw;
            throw failure ?? new MediaException(error.Fault, error.Message, error) { Setting = error.Setting, Recovery = Recovery.None };
        }
    }

    public override FrameSource OpenCamera(string name, CameraInput camera)
    {
        try
        {
            var source = library.OpenCamera(name, camera.Device, new CameraRequest(camera.Mode.Size, camera.Mode.Rate, camera.Mode.PixelFormat));
            _opened = true;
            return source;
        }
        catch (MediaException e) when (e.Fault == MediaFault.BadUri)
        {
            // What was asked for is wrong however often it is tried.
            throw new MediaException(e.Fault, e.Message, e) { Recovery = Recovery.None };
        }
        catch (MediaException e) when (_opened)
        {
            // A read that hung was left behind with the camera, which is busy until it returns. Growing pauses would sleep over that moment.
            throw new MediaException(e.Fault, $"{name} cannot be opened again yet: it may be held still, or starting up.", e) { Recovery = Recovery.Probe };
        }
    }
}

/// <summary>A source that plays what a relay serves, and ends with it.</summary>
sealed class RelayedSource(FrameSource inner, Companion relay) : SourceDecorator(inner)
{
    internal override long PacketsLost => relay.PacketsLost;

    public override bool WaitNext(out FrameHeader header)
    {
        try
        {
            return base.WaitNext(out header);
        }
        catch (MediaException) when (relay.Failure is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Without its relay, a read that hangs comes to its end.</summary>
    public override void Abort()
    {
        relay.Dispose();
        base.Abort();
    }

    public override void Dispose()
    {
        relay.Dispose();
        base.Dispose();
    }
}
