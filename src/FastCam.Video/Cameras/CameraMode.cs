using FastCam.Video.Frames;

namespace FastCam.Video.Cameras;

/// <summary>How a camera is to run.</summary>
/// <param name="Size">The size in pixels; null: the camera's choice.</param>
/// <param name="Rate">Frames a second; null: the camera's choice.</param>
/// <param name="PixelFormat">FFmpeg's name, as <c>mjpeg</c>, <c>yuyv422</c>, <c>h264</c>; null: the camera's choice.</param>
sealed record CameraMode(FrameFormat? Size = null, FrameRate? Rate = null, string? PixelFormat = null)
{
    internal static CameraMode Parse(MediaUri uri)
    {
        uri.AllowOptions("size", "rate", "format");
        return new(ParseSize(uri), FrameRate.ParseOption(uri), ParseFormat(uri));
    }

    static FrameFormat? ParseSize(MediaUri uri)
    {
        if (uri["size"] is not { } text)
            return null;
        return FrameFormat.TryParse(text, new(1, 1), out var size) ? size : throw uri.Bad($"size={text} is no size such as 1280x720");
    }

    static string? ParseFormat(MediaUri uri) => uri["format"] switch
    {
        null => null,
        "yuyv" => "yuyv422",
        var name when name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) => name.ToLowerInvariant(),
        var name => throw uri.Bad($"format={name} is no pixel format such as mjpeg or yuyv422"),
    };
}

/// <summary>A camera and how it is to run, in the words of the platform's capture interface.</summary>
/// <param name="Device">A device file (V4L2), a name (DirectShow), a name or a number (AVFoundation).</param>
/// <param name="Mode">The mode asked for; the camera chooses the rest.</param>
/// <param name="Interface">FFmpeg's name of the interface.</param>
sealed record CameraInput(string Device, CameraMode Mode, string Interface)
{
    public const string V4l2 = "v4l2", DirectShow = "dshow", AVFoundation = "avfoundation";

    // DirectShow takes codecs by another option than pixel formats.
    static readonly HashSet<string> Coded = ["mjpeg", "h264", "hevc"];

    /// <summary>The interface of this machine.</summary>
    public static string Native => OperatingSystem.IsWindows() ? DirectShow : OperatingSystem.IsMacOS() ? AVFoundation : V4l2;

    /// <summary>FFmpeg's arguments, the input included.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "-f", Interface,
        .. Mode.Rate is { } rate ? ["-framerate", $"{rate.Numerator}/{rate.Denominator}"] : Array.Empty<string>(),
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
