using System.Diagnostics;
using System.Text;

namespace FastCam.Tests.Video;

/// <summary>
/// Small images of every format, with the pixels that a reader must find in each. They are written by Pillow, by libheif's
/// encoder, and byte by byte.
/// </summary>
public sealed class StillFiles : IDisposable
{
    const string Python = "/usr/bin/python3";
    const string Encoder = "/usr/bin/heif-enc";
    const string Decoder = "/usr/bin/heif-convert";

    readonly TemporaryFolder _folder = new();

    public StillFiles()
    {
        HasHeif = File.Exists(Encoder) && File.Exists(Decoder);
        string[] heif = HasHeif ? [Encoder, Decoder] : [];
        string[] arguments = [Repository.File("tests", "FastCam.Tests", "Video", "still_files.py"), _folder.Path, .. heif];
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"still_files.py needs Pillow (apt-get install python3-pil): {error}");
    }

    /// <summary>Whether AVIF and HEIC files are among them.</summary>
    public bool HasHeif { get; }

    /// <summary>The folder that they are in.</summary>
    public string Folder => _folder.Path;

    /// <summary>The names of all that were written.</summary>
    public IEnumerable<string> Names =>
        Directory.GetFiles(Folder).Where(path => File.Exists($"{path}.ppm")).Select(path => Path.GetFileName(path));

    public string this[string name] => _folder.File(name);

    public static bool IsHeif(string name) => name.EndsWith(".avif", StringComparison.Ordinal) || name.EndsWith(".heic", StringComparison.Ordinal);

    /// <summary>Returns the bytes of one of them.</summary>
    public byte[] Bytes(string name)
    {
        RequireHeif(name);
        return File.ReadAllBytes(this[name]);
    }

    /// <summary>Skips a test of a file that nothing here could write.</summary>
    public void RequireHeif(string name) => Assert.SkipUnless(
        HasHeif || !IsHeif(name), "libheif's programs (libheif-examples), which write AVIF and HEIC, are not installed");

    /// <summary>Returns what a reader must find in one of them: red, green and blue, row by row.</summary>
    public (int Width, int Height, byte[] Pixels) Expected(string name)
    {
        var bytes = File.ReadAllBytes(this[$"{name}.ppm"]);
        var words = Encoding.ASCII.GetString(bytes, 0, Array.IndexOf(bytes, (byte)'\n')).Split(' ');
        var (width, height) = (int.Parse(words[1]), int.Parse(words[2]));
        return (width, height, bytes[^(3 * width * height)..]);
    }

    public void Dispose() => _folder.Dispose();
}
