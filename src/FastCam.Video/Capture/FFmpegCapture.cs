using FastCam.Video.Cameras;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network;
using FastCam.Video.Nut;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Live capture by FFmpeg. Each option is there for the delay that it saves or the surprise that it spares.</summary>
sealed class FFmpegCapture(FFmpegTool tool, HardwareDecoder decoder) : LiveCapture
{
    public override string? Notice => decoder.Notice;

    // Begin with the first picture, find out nothing beforehand; -fflags nobuffer would wait for a key frame, and
    // each decoder thread delays by a frame.
    static string[] AtOnce => ["-flags", "low_delay", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0", "-threads", "1"];

    public override CaptureCommand Rtsp(string name, string url, RtspTransport transport) => Command(name,
    [
        "-protocol_whitelist", "tcp,udp,rtp,rtsp", .. AtOnce, .. decoder.Arguments,
        "-rtsp_transport", transport == RtspTransport.Udp ? "udp" : "tcp",
        "-max_delay", "100000", // how long to wait for a datagram that is late
        "-i", url,
    ]);

    public override CaptureCommand Camera(string name, CameraInput camera) => Command(name,
        [.. AtOnce, .. decoder.IsForH264Alone && camera.Mode.PixelFormat != "h264" ? [] : decoder.Arguments, .. camera.Arguments]);

    // The demuxer numbers pictures by 25 a second; the wall clock's times it would round to that, and they jump when the clock is set.
    public override CaptureCommand MotionJpeg(string name) =>
        Command(name, ["-protocol_whitelist", "pipe", .. AtOnce, "-f", "mpjpeg", "-i", "pipe:0"]) with { IsTimedByArrival = true };

    public override CaptureCommand Media(string name) => Command(name,
        ["-protocol_whitelist", "pipe", "-format_whitelist", FFmpegInput.Containers, "-flags", "low_delay", "-threads", "1", .. decoder.Arguments, "-i", "pipe:0"]);

    CaptureCommand Command(string name, string[] input) =>
        new(name, tool.Path, ["-hide_banner", "-nostdin", "-loglevel", "warning", .. input, .. FFmpegInput.RawFrames(tool, "-autoscale", "0")], output => new NutReader(output));
}
