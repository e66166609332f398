using System.Text.RegularExpressions;
using FastCam.Video.FFmpeg;

namespace FastCam.Video.Cameras;

/// <summary>The cameras that FFmpeg lists, on Windows and macOS. Not run by us: there was no such machine.</summary>
static partial class FFmpegDevices
{
    public static IReadOnlyList<Camera> List(FFmpegTool tool, string native) =>
        Parse(tool.AskAloud([.. (ReadOnlySpan<string>)["-list_devices", "true", "-f", native, "-i", native == CameraInput.DirectShow ? "dummy" : ""]]), native);

    internal static IReadOnlyList<Camera> Parse(string log, string native) => native == CameraInput.DirectShow
        ? [.. DirectShowCamera().Matches(log).Select(match => match.Groups["name"].Value).Select(name => new Camera(name, name, []))]
        : [.. AVFoundationCamera().Matches(log[..(log.IndexOf("audio devices", StringComparison.Ordinal) is >= 0 and var audio ? audio : log.Length)])
            .Select(match => new Camera(match.Groups["number"].Value, match.Groups["name"].Value.TrimEnd(), []))];

    [GeneratedRegex(@"""(?<name>[^""\n]+)"" \(video\)", RegexOptions.ExplicitCapture)]
    private static partial Regex DirectShowCamera();

    [GeneratedRegex(@"\] \[(?<number>\d+)\] (?<name>[^\n]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex AVFoundationCamera();
}
