using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;

namespace FastCam.Video.Cameras;

/// <summary>The cameras of this machine.</summary>
public static class CameraDevices
{
    /// <summary>The folder in which Linux has device files.</summary>
    public const string Folder = "/dev";

    /// <summary>Lists the cameras, by V4L2 on Linux and by asking FFmpeg elsewhere.</summary>
    /// <param name="folder">The folder of the device files, on Linux.</param>
    /// <exception cref="MediaException">FFmpeg is needed, and missing.</exception>
    public static IReadOnlyList<Camera> List(string folder = Folder) => CameraInput.Native switch
    {
        CameraInput.V4l2 => [.. Devices(folder).Select(V4l2Device.Describe).OfType<Camera>()],
        var native => FFmpegDevices.List(FFmpegTool.Find(), native),
    };

    /// <summary>Finds the camera that a number, a name or part of one, or a device file means. An empty text means the first camera.</summary>
    /// <exception cref="MediaException">There is no such camera.</exception>
    internal static CameraPlace Locate(string camera)
    {
        if (Path.IsPathRooted(camera))
            return new(camera, null);
        var isNumber = int.TryParse(camera, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && CameraInput.Native == CameraInput.V4l2)
            return new($"{Folder}/video{number}", null);
        var device = Choose(List(), camera, isNumber ? number : null);
        return new(device, isNumber || camera.Length == 0 ? null : () => Find(List(), camera)?.Device);
    }

    internal static string Choose(IReadOnlyList<Camera> cameras, string camera, int? number)
    {
        var chosen = number is { } index ? cameras.ElementAtOrDefault(index) : Find(cameras, camera);
        return chosen?.Device ?? throw new MediaException(MediaFault.SourceNotFound, cameras.Count == 0
            ? "There is no camera on this machine: name another source, as rtsp://HOST/PATH, clip.mp4 or test:."
            : $"There is no camera {camera}: there is {string.Join(", ", cameras.Select(candidate => $"{candidate.Device} ({candidate.Name})"))}.")
        { Setting = "source" };
    }

    static Camera? Find(IReadOnlyList<Camera> cameras, string name) =>
        cameras.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? cameras.FirstOrDefault(candidate => candidate.Name.Contains(name, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<string> Devices(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "video*").Order(NaturalOrder.Instance) : [];
}

/// <summary>A camera.</summary>
/// <param name="Device">The device file, name or number by which it is opened.</param>
/// <param name="Name">The name that it gives itself.</param>
/// <param name="Modes">The modes that it offers; empty where it cannot be asked for them.</param>
public sealed record Camera(string Device, string Name, IReadOnlyList<CameraModes> Modes);

/// <summary>The rates at which a camera gives one size in one pixel format.</summary>
/// <param name="PixelFormat">The name of the pixel format, as in <c>?format=</c>.</param>
/// <param name="Size">The size in pixels.</param>
/// <param name="Rates">Frames a second, highest first; empty when it does not say.</param>
public sealed record CameraModes(string PixelFormat, FrameFormat Size, IReadOnlyList<double> Rates);

/// <summary>
/// Where a camera is. Its device file goes when it is unplugged; a camera that is known by its name may come back as another file.
/// </summary>
/// <param name="device">Its device file now.</param>
/// <param name="find">Finds its device file by its name, null while it is not there; null for a camera that is known by its device file.</param>
sealed class CameraPlace(string device, Func<string?>? find)
{
    // Each look opens all cameras to ask them for their names.
    static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    long _looked;

    public string Device { get; private set; } = device;

    /// <summary>Whether there is something to open. Asking costs little.</summary>
    public bool IsThere() => !Path.IsPathRooted(Device) || File.Exists(Device) || IsElsewhere();

    bool IsElsewhere()
    {
        if (find is null || (_looked > 0 && Stopwatch.GetElapsedTime(_looked) < BetweenLooks))
            return false;
        _looked = Stopwatch.GetTimestamp();
        if (find() is not { } found)
            return false;
        Device = found;
        return true;
    }
}

/// <summary>The cameras that FFmpeg lists, on Windows and macOS. We had no such machine to run this on.</summary>
static partial class FFmpegDevices
{
    public static IReadOnlyList<Camera> List(FFmpegTool tool, string native) =>
        Parse(tool.AskAloud(["-list_devices", "true", "-f", native, "-i", native == CameraInput.DirectShow ? "dummy" : ""]), native);

    public static IReadOnlyList<Camera> Parse(string log, string native)
    {
        if (native == CameraInput.DirectShow)
            return [.. DirectShowCamera().Matches(log).Select(match => match.Groups["name"].Value).Select(name => new Camera(name, name, []))];
        var videoDevices = log.IndexOf("audio devices", StringComparison.Ordinal) is >= 0 and var audio ? log[..audio] : log;
        return [.. AVFoundationCamera().Matches(videoDevices)
            .Select(match => new Camera(match.Groups["number"].Value, match.Groups["name"].Value.TrimEnd(), []))];
    }

    [GeneratedRegex(@"""(?<name>[^""\n]+)"" \(video\)", RegexOptions.ExplicitCapture)]
    private static partial Regex DirectShowCamera();

    [GeneratedRegex(@"\] \[(?<number>\d+)\] (?<name>[^\n]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex AVFoundationCamera();
}
