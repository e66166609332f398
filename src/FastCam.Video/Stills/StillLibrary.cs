using FastCam.Video.FFmpeg;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>
/// libvips, set up once: it keeps nothing from one image to the next, opens only the formats listed here, and writes nothing to
/// the console.
/// </summary>
static class StillLibrary
{
    static readonly string[] Allowed =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif",
    ];

    static readonly string[] Domains = ["VIPS", "GLib", "GLib-GObject", "GLib-GIO"];

    /// <summary>libvips calls this for as long as the process lives, so the field keeps it from being collected.</summary>
    static readonly Log.LogDelegate Silence = (_, _, _) => { };

    static readonly Lazy<bool> Ready = new(SetUp, LazyThreadSafetyMode.ExecutionAndPublication);

    /// <summary>Makes libvips ready. Only the first call costs anything.</summary>
    /// <exception cref="MediaException">Its native library does not load.</exception>
    public static void Require() => _ = Ready.Value;

    /// <summary>The version of libvips, such as "8.18.7".</summary>
    /// <exception cref="MediaException">Its native library does not load.</exception>
    public static string Version
    {
        get
        {
            Require();
            return string.Join('.', Enumerable.Range(0, 3).Select(part => NetVips.NetVips.Version(part)));
        }
    }

    /// <summary>Explains in one sentence what went wrong with an image.</summary>
    /// <param name="path">The image.</param>
    /// <param name="format">Its format by its content.</param>
    /// <param name="error">The error that libvips gives.</param>
    public static MediaException Explain(string path, StillFormat format, VipsException error)
    {
        var lines = Lines(error.Message);
        if (format.IsCut(path) || Array.Exists(lines, IsOfCut))
            return FFmpegLog.CutImage(path, error);
        // libvips has one place for the errors of all threads. Where another image fails at the same moment, its message may be
        // about that one, or empty.
        var what = lines is [var line, ..]
            ? $"damaged, or of a kind of {format.Name} that is not read here ({FFmpegLog.Shorten(line)})"
            : $"cut off, damaged, or of a kind of {format.Name} that is not read here";
        return new MediaException(MediaFault.SourceUnreadable, $"{path} is {what}.", error);
    }

    static bool SetUp()
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            var cause = ModuleInitializer.Exception;
            throw new MediaException(
                MediaFault.LibraryMissing,
                $"libvips, which reads images, does not load: publish the program for this system ({cause?.Message.TrimEnd('.')}).",
                cause);
        }

        foreach (var domain in Domains)
            Log.SetLogHandler(domain, Enums.LogLevelFlags.All, Silence);
        Cache.Max = 0;
        Cache.MaxFiles = 0;
        Cache.MaxMem = 0;
        // The callers have threads of their own, with which those of libvips would multiply.
        NetVips.NetVips.Concurrency = 1;
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in Allowed)
            Operation.Block(loader, false);
        return true;
    }

    /// <summary>Splits a message of libvips into lines, without the names of its own parts.</summary>
    static string[] Lines(string message) =>
    [
        .. message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("unable to ", StringComparison.Ordinal) && !line.Contains("bad seek"))
            .Select(line => line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 ? line[(colon + 2)..] : line),
    ];

    static bool IsOfCut(string line) =>
        line.Contains("premature end", StringComparison.OrdinalIgnoreCase) || line.Contains("read error", StringComparison.OrdinalIgnoreCase)
        || line.Contains("unexpected end", StringComparison.OrdinalIgnoreCase) || line.Contains("end of file", StringComparison.OrdinalIgnoreCase)
        || line.Contains("seek error", StringComparison.OrdinalIgnoreCase) || line.Contains("unable to parse image")
        || line.Contains("not enough data") || line.Contains("truncated");
}
