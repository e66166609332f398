using FastCam.Video.Cameras;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>The commands by which a backend captures live sources with the least delay.</summary>
abstract class LiveCapture
{
    /// <summary>How it decodes, for people; null when there is nothing to say.</summary>
    public abstract string? Notice { get; }

    /// <exception cref="MediaException">The backend is not installed, or has no such decoder.</exception>
    public static LiveCapture Of(SourceOptions options)
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

    /// <summary>JPEG pictures in MIME parts on standard input. Their times are those of arrival.</summary>
    public abstract CaptureCommand MotionJpeg(string name);

    /// <summary>A stream of media in a container, such as MPEG-TS, on standard input.</summary>
    public abstract CaptureCommand Media(string name);
}
