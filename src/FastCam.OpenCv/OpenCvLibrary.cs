using System.Runtime.InteropServices;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using OpenCvSharp;
using FrameSource = FastCam.Video.Sources.FrameSource;

namespace FastCam.OpenCv;

/// <summary>OpenCV's capture and windows, which this process loads when it is asked for.</summary>
public sealed partial class OpenCvLibrary : MediaLibrary
{
    /// <summary>
    /// OpenCV reads this variable once, while it loads. By itself it would write on standard error what the program says in its own words.
    /// </summary>
    const string LogLevel = "OPENCV_LOG_LEVEL";

    /// <summary>After so many whole seconds a read of a camera that stalls returns; by itself OpenCV waits for 10.</summary>
    const string CameraPatience = "OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT";

    /// <summary>OpenCV's CAP_PROP_OPEN_TIMEOUT_MSEC and CAP_PROP_READ_TIMEOUT_MSEC, which the C# binding does not name.</summary>
    const int OpenTimeout = 53, ReadTimeout = 54;

    /// <summary>OpenCV's names of pixel formats: four characters each.</summary>
    static readonly Dictionary<string, string> FourCharacters = new()
    {
        ["mjpeg"] = "MJPG",
        ["h264"] = "H264",
        ["yuyv422"] = "YUYV",
        ["uyvy422"] = "UYVY",
        ["nv12"] = "NV12",
        ["yuv420p"] = "YU12",
        ["gray"] = "GREY",
    };

    /// <exception cref="DllNotFoundException">The native library, or one that it needs, is not there.</exception>
    public OpenCvLibrary()
    {
        if (!OperatingSystem.IsWindows())
        {
            SetVariable(LogLevel, "SILENT");
            SetVariable(CameraPatience, $"{OpenCvSource.CameraPatience}");
        }
        // One thread: the program's own stages share the cores already.
        Cv2.SetNumThreads(1);
        Version = $"{Cv2.GetVersionString()}; {string.Join(", ", Backends(Cv2.GetBuildInformation()))}";
    }

    public override string Version { get; }

    public override FrameSource OpenFile(string path, bool loop)
    {
        if (!File.Exists(path))
            throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.");
        return new OpenCvSource(path, Open(path, () => new VideoCapture(path, VideoCaptureAPIs.FFMPEG)), Kind.File, loop);
    }

    public override FrameSource OpenCamera(string name, string device, CameraRequest mode)
    {
        var capture = Open(name, () => int.TryParse(device, out var index)
            ? new VideoCapture(index, VideoCaptureAPIs.ANY)
            : new VideoCapture(device, OperatingSystem.IsLinux() ? VideoCaptureAPIs.V4L2 : VideoCaptureAPIs.ANY));
        try
        {
            Set(capture, name, mode);
            return new OpenCvSource(name, capture, Kind.Camera, loop: false);
        }
        catch
        {
            capture.Dispose();
            throw;
        }
    }

    public override FrameSource OpenRtsp(string name, string url, TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        int[] options =
        [
            OpenTimeout, milliseconds,
            ReadTimeout, milliseconds,
        ];
        try
        {
            return new OpenCvSource(name, Open(name, () => new VideoCapture(url, VideoCaptureAPIs.FFMPEG, options)), Kind.Stream, loop: false);
        }
        catch (MediaException e)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{name} cannot be opened by OpenCV, whose FFmpeg has no network in the package for Linux; capture by FFmpeg or GStreamer.", e)
            { Setting = "capture" };
        }
    }

    public override IDisposable OpenWindow(FrameFormat size, IWindowContent content) => WindowThread.Shared.Open(size, content);

    /// <summary>Sets an environment variable that native libraries read, unless its user has: .NET's own are a copy.</summary>
    internal static void SetVariable(string name, string value) => _ = SetNativeVariable(name, value, 0);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);

    static VideoCapture Open(string name, Func<VideoCapture> open)
    {
        VideoCapture? capture = null;
        try
        {
            capture = open();
            if (capture.IsOpened())
                return capture;
        }
        catch (OpenCVException e)
        {
            capture?.Dispose();
            throw Unreadable(e);
        }
        capture.Dispose();
        throw Unreadable(null);

        // OpenCV says no more than that.
        MediaException Unreadable(Exception? cause) =>
            new(MediaFault.SourceUnreadable, $"{name} cannot be opened by OpenCV; capturing by FFmpeg may tell why.", cause) { Setting = "capture" };
    }

    /// <summary>Asks a camera for a mode. OpenCV tells what size came of it; rate and format show in the frames alone.</summary>
    static void Set(VideoCapture capture, string name, CameraRequest mode)
    {
        capture.Set(VideoCaptureProperties.BufferSize, 1);
        if (mode.PixelFormat is { } format)
        {
            var code = FourCharacters.GetValueOrDefault(format) ?? throw new MediaException(
                MediaFault.BadUri, $"format={format} is none that the OpenCV backend knows: give {string.Join(", ", FourCharacters.Keys)}.");
            capture.Set(VideoCaptureProperties.FourCC, FourCC.FromString(code));
        }
        if (mode.Size is { } size)
        {
            capture.Set(VideoCaptureProperties.FrameWidth, size.Width);
            capture.Set(VideoCaptureProperties.FrameHeight, size.Height);
        }
        if (mode.Rate is { } rate)
            capture.Set(VideoCaptureProperties.Fps, (double)rate.Numerator / rate.Denominator);
        if (mode.Size is { } asked && ((int)capture.Get(VideoCaptureProperties.FrameWidth), (int)capture.Get(VideoCaptureProperties.FrameHeight)) is var got
            && got != (asked.Width, asked.Height))
        {
            throw new MediaException(MediaFault.BadUri, $"{name} has no mode of {asked}: it offers {got.Item1}x{got.Item2}.");
        }
    }

    /// <summary>The parts of OpenCV's own description that say what it reads by.</summary>
    static IEnumerable<string> Backends(string description)
    {
        string[] parts = ["FFMPEG", "GStreamer", "v4l/v4l2", "GTK+"];
        foreach (var line in description.Split('\n').Select(line => line.Trim()))
        {
            if (parts.FirstOrDefault(part => line.StartsWith(part + ":", StringComparison.Ordinal)) is { } part)
                yield return $"{part} {line[(part.Length + 1)..].Trim()}";
        }
    }
}
