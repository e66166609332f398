using FastCam.Video.Frames;

namespace FastCam.Video.Cameras;

/// <summary>How a camera is to run.</summary>
/// <param name="Size">Pixels; null: the camera's choice.</param>
/// <param name="Rate">Frames a second; null: the camera's choice.</param>
/// <param name="PixelFormat">FFmpeg's name, as <c>mjpeg</c>, <c>yuyv422</c>, <c>h264</c>; null: the camera's choice.</param>
public sealed record CameraMode(FrameFormat? Size = null, FrameRate? Rate = null, string? PixelFormat = null)
{
    internal static CameraMode Parse(MediaUri uri)
    {
        uri.AllowOptions("size", "rate", "format");
        return new(ParseSize(uri), ParseRate(uri), ParseFormat(uri));
    }

    static FrameFormat? ParseSize(MediaUri uri)
    {
        if (uri["size"] is not { } text)
            return null;
        return text.Split('x') is [var left, var right] && int.TryParse(left, out var width) && int.TryParse(right, out var height)
            && width is > 0 and <= FrameFormat.MaximumWidth && height is > 0 and <= FrameFormat.MaximumHeight
            ? new FrameFormat(width, height)
            : throw uri.Bad($"size={text} is no size such as 1280x720");
    }

    static FrameRate? ParseRate(MediaUri uri)
    {
        if (uri["rate"] is not { } text)
            return null;
        return FrameRate.TryParse(text, out var rate) ? rate : throw uri.Bad($"rate={text} is no number of frames a second above 0 and up to 1000");
    }

    static string? ParseFormat(MediaUri uri) => uri["format"] switch
    {
        null => null,
        "yuyv" => "yuyv422",
        var name when name.Length > 0 && name.All(char.IsAsciiLetterOrDigit) => name.ToLowerInvariant(),
        var name => throw uri.Bad($"format={name} is no pixel format such as mjpeg or yuyv422"),
    };
}
