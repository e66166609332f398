using System.Globalization;

namespace FastCam.Video;

/// <summary>The cameras of this machine.</summary>
public static class CameraDevices
{
    /// <summary>Where Linux has device files.</summary>
    public const string Folder = "/dev";

    /// <summary>Lists the cameras, by V4L2 on Linux and by asking FFmpeg elsewhere.</summary>
    /// <param name="folder">Where device files are, on Linux.</param>
    /// <exception cref="MediaException">FFmpeg is needed, and missing.</exception>
    public static IReadOnlyList<Camera> List(string folder = Folder) => CameraInput.Native switch
    {
        CameraInput.V4l2 => [.. Devices(folder).Select(V4l2Device.Describe).OfType<Camera>()],
        var native => FFmpegDevices.List(FFmpegTool.Find(), native),
    };

    /// <summary>What to open for a number, a name or part of one, or a device file; empty: the first camera.</summary>
    /// <exception cref="MediaException">There is no such camera.</exception>
    internal static string Resolve(string camera)
    {
        if (Path.IsPathRooted(camera))
            return camera;
        var isNumber = int.TryParse(camera, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        if (isNumber && CameraInput.Native == CameraInput.V4l2)
            return $"{Folder}/video{number}";
        return Choose(List(), camera, isNumber ? number : null);
    }

    internal static string Choose(IReadOnlyList<Camera> cameras, string camera, int? number)
    {
        var chosen = number is { } index ? cameras.ElementAtOrDefault(index)
            : cameras.FirstOrDefault(candidate => candidate.Name.Equals(camera, StringComparison.OrdinalIgnoreCase))
            ?? cameras.FirstOrDefault(candidate => candidate.Name.Contains(camera, StringComparison.OrdinalIgnoreCase));
        return chosen?.Device ?? throw new MediaException(MediaFault.SourceNotFound, cameras.Count == 0
            ? "There is no camera on this machine: name another source, as --source rtsp://HOST/PATH, --source clip.mp4 or --source test:."
            : $"There is no camera {camera}: there is {string.Join(", ", cameras.Select(candidate => $"{candidate.Device} ({candidate.Name})"))}.");
    }

    static IEnumerable<string> Devices(string folder) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, "video*").Order(NaturalOrder.Instance) : [];
}

/// <summary>A camera.</summary>
/// <param name="Device">What to open it by.</param>
/// <param name="Name">The name that it gives itself.</param>
/// <param name="Modes">What it can do; empty where that cannot be asked.</param>
public sealed record Camera(string Device, string Name, IReadOnlyList<CameraModes> Modes);

/// <summary>The rates at which a camera gives one size in one pixel format.</summary>
/// <param name="PixelFormat">As in <c>?format=</c>.</param>
/// <param name="Size">Pixels.</param>
/// <param name="Rates">Frames a second, highest first; empty when it does not say.</param>
public sealed record CameraModes(string PixelFormat, FrameFormat Size, IReadOnlyList<double> Rates);
