using FastCam.Video.Cameras;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Network;
using FastCam.Video.Nut;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>The commands by which a backend captures live sources with the least delay.</summary>
abstract class LiveCapture
{
    /// <summary>How it decodes, as a sentence; null when there is nothing to say.</summary>
    public abstract string? Notice { get; }

    /// <exception cref="MediaException">The backend is not installed, or has no such decoder.</exception>
    public static LiveCapture Create(SourceOptions options)
    {
        if (options.Capture == CaptureBackend.Gstreamer)
            return new GStreamerCapture(options.GStreamerDecoder);
        var tool = FFmpegTool.Find();
        return new FFmpegCapture(tool, HardwareDecoder.Choose(tool, options.Acceleration));
    }

    /// <summary>An RTSP server on this machine.</summary>
    public abstract CaptureCommand Rtsp(string name, string url, RtspTransport transport);

    /// <summary>A camera of this machine.</summary>
    public abstract CaptureCommand Camera(string name, CameraInput camera);

    /// <summary>JPEG images in MIME parts on standard input. Their times are those of arrival.</summary>
    public abstract CaptureCommand MotionJpeg(string name);

    /// <summary>A stream of media in a container, such as MPEG-TS, on standard input.</summary>
    public abstract CaptureCommand Media(string name);
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
}

/// <summary>Live capture by FFmpeg. Each option saves a delay or spares a surprise.</summary>
sealed class FFmpegCapture(FFmpegTool tool, HardwareDecoder decoder) : LiveCapture
{
    public override string? Notice => decoder.Notice;

    // FFmpeg begins with the first frame and finds out nothing beforehand. Its option -fflags nobuffer would wait for a key
    // frame, and each decoder thread delays by a frame.
    static string[] AtOnce =>
        ["-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", "-threads", "1"];

    public override CaptureCommand Rtsp(string name, string url, RtspTransport transport) => Command(name,
    [
        "-protocol_whitelist", "tcp,udp,rtp,rtsp", .. AtOnce, .. decoder.Arguments,
        "-rtsp_transport", transport == RtspTransport.Udp ? "udp" : "tcp",
        "-max_delay", "100000", // FFmpeg waits so many µs for a datagram that is late
        "-i", url,
    ]);

    public override CaptureCommand Camera(string name, CameraInput camera) => Command(name,
        [.. AtOnce, .. decoder.IsForH264Alone && camera.Mode.PixelFormat != "h264" ? [] : decoder.Arguments, .. camera.Arguments]);

    // The demuxer numbers frames by 25 a second. It would round the wall clock's times to that, and they jump when the clock is set.
    public override CaptureCommand MotionJpeg(string name) =>
        Command(name, ["-protocol_whitelist", "pipe", .. AtOnce, "-f", "mpjpeg", "-i", "pipe:0"]) with { IsTimedByArrival = true };

    public override CaptureCommand Media(string name) => Command(name,
    [
        "-protocol_whitelist", "pipe", "-format_whitelist", FFmpegInput.Containers,
        "-flags", "low_delay", "-threads", "1", .. decoder.Arguments, "-i", "pipe:0",
    ]);

    CaptureCommand Command(string name, string[] input) => new(name, tool.Path,
        ["-hide_banner", "-nostdin", "-loglevel", "warning", .. input, .. FFmpegInput.RawFrames(tool, "-autoscale", "0")],
        output => new NutReader(output));
}
