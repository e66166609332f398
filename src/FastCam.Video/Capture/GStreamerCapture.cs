using System.Net;
using FastCam.Video.Cameras;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network.Rtsp;

namespace FastCam.Video.Capture;

/// <summary>Live capture by GStreamer (gst-launch-1.0). It saves the delay of the two frames that FFmpeg keeps back.</summary>
/// <param name="decoder">
/// A piece of a pipeline from coded to raw video, as Jetson's <c>nvv4l2decoder ! nvvidconv</c>; null: GStreamer's own choice.
/// </param>
sealed class GStreamerCapture(string? decoder) : ChildCapture
{
    const string Automatic = "decodebin";

    /// <summary>
    /// Full range, and a matrix whose coefficients are those of BT.601 to the second digit. Where the matrices are the same, GStreamer copies
    /// levels, even from a limited range to the full one: black came as 16.
    /// </summary>
    const string Colours = "1:2:0:0";

    /// <summary>
    /// Of what is joined in mid-stream nothing is shown before a key frame, where GStreamer would begin with grey. It would also wait for one after
    /// each loss, so it is for what loses nothing.
    /// </summary>
    static readonly string[] FromKeyFrame = ["rtph264depay0::wait-for-keyframe=true", "rtph265depay0::wait-for-keyframe=true"];

    readonly string _program = GStreamer.Find() ?? throw new MediaException(
        MediaFault.ToolMissing,
        $"{GStreamer.Program} is not on the PATH: install it ({GStreamer.Installation}), or name it in {GStreamer.Variable}.");

    public override string? Notice => $"Capturing by GStreamer ({decoder ?? "its own choice of decoder"}).";

    // By itself GStreamer bends the server's timestamps towards the moments of arrival, by 45 ms and more where the first frames come in one go.
    public override CaptureCommand Rtsp(string name, string url, RtspTransport transport) => Command(name,
    [
        "rtspsrc", $"location={url}", "latency=0", "buffer-mode=none", $"protocols={(transport == RtspTransport.Udp ? "udp" : "tcp")}", "!",
        "application/x-rtp,media=video", "!", // without this filter sound, where it comes first, is taken for the video
        .. decoder is null && transport == RtspTransport.Tcp ? [Automatic, .. FromKeyFrame, "!"] : Decoder,
    ]);

    public override CaptureCommand Camera(string name, CameraInput camera) => Command(name,
    [
        "v4l2src", $"device={camera.Device}", "!", .. Filter(camera.Mode),
        .. camera.Mode.PixelFormat is null or "mjpeg" or "h264" or "hevc" ? Decoder : [],
    ]);

    public override CaptureCommand MotionJpeg(string name) => Command(name,
        ["fdsrc", "fd=0", "do-timestamp=true", "!", "multipartdemux", "single-stream=true", "!", "jpegdec", "!"]);

    public override CaptureCommand Media(string name, bool keepsSize) => Command(name, ["fdsrc", "fd=0", "!", .. Decoder]);

    public override CaptureCommand Rtp(string name, IPAddress? local) => local is null
        ? Command(name, ["fdsrc", "fd=0", "!", "sdpdemux", "latency=0", "!", "application/x-rtp,media=video", "!", .. Decoder])
        : throw new MediaException(MediaFault.BadUri, "GStreamer joins a group where the machine's routes say; choose another to say where.")
        { Setting = "capture" };

    string[] Decoder => [.. Words(decoder ?? Automatic), "!"];

    /// <summary>Returns a camera's mode in GStreamer's words.</summary>
    static string[] Filter(CameraMode mode)
    {
        if (mode == new CameraMode())
            return [];
        var caps = mode.PixelFormat switch
        {
            "mjpeg" => "image/jpeg",
            "h264" => "video/x-h264",
            "hevc" => "video/x-h265",
            "yuyv422" => "video/x-raw,format=YUY2",
            "uyvy422" => "video/x-raw,format=UYVY",
            "nv12" => "video/x-raw,format=NV12",
            "yuv420p" => "video/x-raw,format=I420",
            "gray" => "video/x-raw,format=GRAY8",
            null => "video/x-raw",
            var other => throw new MediaException(
                MediaFault.BadUri,
                $"format={other} is none that the GStreamer backend knows: give mjpeg, h264, hevc, yuyv422, uyvy422, nv12, yuv420p or gray."),
        };
        if (mode.Size is { } size)
            caps += $",width={size.Width},height={size.Height}";
        if (mode.Rate is { } rate)
            caps += $",framerate={rate.Numerator}/{rate.Denominator}";
        return [caps, "!"];
    }

    CaptureCommand Command(string name, string[] source) => new(name, _program,
    [
        "-q", .. source,
        "videoconvert", "n-threads=1", "!", $"video/x-raw,format=I420,colorimetry={Colours}", "!",
        "gdppay", "!", "fdsink", "fd=1", "sync=false",
    ], output => new GdpReader(output))
    { Tool = "GStreamer" };

    static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>GStreamer's launcher on this machine.</summary>
public static class GStreamer
{
    /// <summary>The environment variable that names the program when it is not on the PATH.</summary>
    public const string Variable = "FASTCAM_GST_LAUNCH";

    /// <summary>The command that installs it, on Debian.</summary>
    public const string Installation = $"apt-get install gstreamer1.0-tools {FFmpegLog.GStreamerPlugins}";

    internal const string Program = "gst-launch-1.0";

    /// <summary>Returns the program's path; null where it is not installed.</summary>
    /// <exception cref="MediaException">The variable names what does not exist.</exception>
    public static string? Find() => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Executable.FromVariable(Variable, named)
        : Executable.Find(Program);
}
