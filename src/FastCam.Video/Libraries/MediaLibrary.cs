using System.Reflection;
using System.Runtime.Loader;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Video.Libraries;

/// <summary>
/// A library that captures in this process instead of in a child, and opens windows on the desktop: OpenCV. It lies in a folder of its own beside the
/// program, and nothing of it is loaded before somebody asks for it.
/// </summary>
public abstract class MediaLibrary
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = "FASTCAM_OPENCV";

    const string FolderName = "opencv", AssemblyName = "FastCam.OpenCv", TypeName = "FastCam.OpenCv.OpenCvLibrary";

    static readonly Lock Gate = new();

    static MediaLibrary? _loaded;

    /// <summary>The library's version and what it was built with, on one line.</summary>
    public abstract string Version { get; }

    /// <summary>Opens a video file: every frame once, with the time that it has there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="loop">Whether to begin anew at its end, for ever; times go on rising.</param>
    /// <exception cref="MediaException">It does not exist, or is none that the library opens.</exception>
    public abstract FrameSource OpenFile(string path, bool loop);

    /// <summary>Opens a camera of this machine.</summary>
    /// <param name="name">Its display name.</param>
    /// <param name="device">A device file, or the number of a camera.</param>
    /// <param name="mode">How it is to run.</param>
    /// <exception cref="MediaException">It cannot be opened, or not so.</exception>
    public abstract FrameSource OpenCamera(string name, string device, CameraRequest mode);

    /// <summary>Opens one connection to an RTSP server, by TCP.</summary>
    /// <param name="name">Its display name.</param>
    /// <param name="url">The server's address, without credentials.</param>
    /// <param name="patience">How long no frame may come.</param>
    /// <exception cref="MediaException">It cannot be opened.</exception>
    public abstract FrameSource OpenRtsp(string name, string url, TimeSpan patience);

    /// <summary>Opens a window on the desktop.</summary>
    /// <param name="size">How large its overlay is to be at first, in pixels.</param>
    /// <param name="content">What it shows.</param>
    /// <returns>The window; disposing of it closes it.</returns>
    /// <exception cref="MediaException">There is no display, or none that can be opened.</exception>
    public abstract IDisposable OpenWindow(FrameFormat size, IWindowContent content);

    /// <summary>The folder where it would be.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named
        ? Path.GetFullPath(named)
        : Path.Combine(AppContext.BaseDirectory, FolderName);

    /// <summary>Whether it is there; whether it loads shows when it is loaded.</summary>
    public static bool IsThere => File.Exists(AssemblyPath);

    static string AssemblyPath => Path.Combine(Folder, AssemblyName + ".dll");

    /// <summary>Loads it, once.</summary>
    /// <param name="instead">What can be done without it, for the error.</param>
    /// <param name="setting">The setting that asks for it, for the error.</param>
    /// <exception cref="MediaException">It is not there, or something that it needs is not.</exception>
    public static MediaLibrary Load(string instead = "capture by FFmpeg", string setting = "capture")
    {
        lock (Gate)
            return _loaded ??= LoadFrom(AssemblyPath, instead, setting);
    }

    static MediaLibrary LoadFrom(string path, string instead, string setting)
    {
        if (!File.Exists(path))
        {
            throw new MediaException(
                MediaFault.LibraryMissing,
                Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }
                    ? $"There is no OpenCV in {Folder}, which {Variable} names: correct or unset it, or {instead}."
                    : $"There is no OpenCV in {Folder}: build without -p:OpenCv=false, name the folder in {Variable}, or {instead}.")
            { Setting = setting };
        }
        try
        {
            var type = new LibraryContext(path).LoadFromAssemblyPath(path).GetType(TypeName, throwOnError: true)!;
            return (MediaLibrary)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException e) when (Missing(e) is { } missing)
        {
            throw new MediaException(
                MediaFault.LibraryMissing,
                $"OpenCV cannot be loaded ({missing}): install what it needs (apt-get install libgtk-3-0), or {instead}.", e)
            { Setting = setting };
        }
        catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw new MediaException(MediaFault.LibraryMissing, $"{path} cannot be loaded ({e.Message.TrimEnd('.')}): build again.", e);
        }
    }

    /// <summary>The system's words for a native library that is not there; null where something else is wrong.</summary>
    static string? Missing(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is DllNotFoundException)
                return error.Message.Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0)?.TrimEnd('.');
        }
        return null;
    }

    /// <summary>The folder's own assemblies and native libraries; what the program has loaded already is taken from there.</summary>
    sealed class LibraryContext(string path) : AssemblyLoadContext(AssemblyName)
    {
        readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(MediaLibrary).Assembly.GetName().Name ? null
            : _resolver.ResolveAssemblyToPath(assemblyName) is { } found ? LoadFromAssemblyPath(found) : null;

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } found ? LoadUnmanagedDllFromPath(found) : 0;
    }
}

/// <summary>How a camera is to run; what is null is the camera's own choice.</summary>
/// <param name="Size">The size in pixels.</param>
/// <param name="Rate">Frames a second.</param>
/// <param name="PixelFormat">FFmpeg's name, as <c>mjpeg</c> or <c>yuyv422</c>.</param>
public sealed record CameraRequest(FrameFormat? Size, FrameRate? Rate, string? PixelFormat);
