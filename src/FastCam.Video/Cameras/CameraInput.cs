using System.Globalization;

namespace FastCam.Video.Cameras;

/// <summary>A camera and how it is to run, in the words of the platform's capture interface.</summary>
/// <param name="Device">A device file (V4L2), a name (DirectShow), a name or a number (AVFoundation).</param>
/// <param name="Mode">What was asked for; what is not is the camera's choice.</param>
/// <param name="Interface">FFmpeg's name of the interface.</param>
sealed record CameraInput(string Device, CameraMode Mode, string Interface)
{
    public const string V4l2 = "v4l2", DirectShow = "dshow", AVFoundation = "avfoundation";

    // Coded pictures, which DirectShow has by another option than pixel formats.
    static readonly HashSet<string> Coded = ["mjpeg", "h264", "hevc"];

    /// <summary>The interface of this machine.</summary>
    public static string Native => OperatingSystem.IsWindows() ? DirectShow : OperatingSystem.IsMacOS() ? AVFoundation : V4l2;

    /// <summary>FFmpeg's, with the input.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-f", Interface,
        .. Mode.Rate is { } rate ? ["-framerate", string.Create(CultureInfo.InvariantCulture, $"{rate.Numerator}/{rate.Denominator}")] : Array.Empty<string>(),
        .. Mode.Size is { } size ? ["-video_size", size.ToString()] : Array.Empty<string>(),
        .. Mode.PixelFormat is { } format ? [FormatOption(format), format] : Array.Empty<string>(),
        "-i", Interface == DirectShow ? $"video={Device}" : Device,
    ];

    string FormatOption(string format) => Interface switch
    {
        V4l2 => "-input_format",
        DirectShow when Coded.Contains(format) => "-vcodec",
        _ => "-pixel_format",
    };
}
