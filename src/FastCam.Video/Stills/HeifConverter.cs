using NetVips;

namespace FastCam.Video;

/// <summary>HEIC by libheif's program, because its codec is not among those that libvips brings.</summary>
static class HeifConverter
{
    const string Program = "heif-convert";
    const string Package = "libheif-examples";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The image, decoded and upright.</summary>
    /// <exception cref="MediaException">The program is not installed, or cannot read the file.</exception>
    public static Image Load(string path)
    {
        using (var header = Image.Heifload(path, access: Enums.Access.Sequential))
            StillPipeline.RequireBounds(path, header.Width, header.Height, holdsWhole: true);
        var program = Executable.Find(Program, Environment.GetEnvironmentVariable("PATH")) ?? throw new MediaException(
            MediaFault.ToolMissing,
            $"{path} is HEIC, which the program {Program} reads: install it (apt-get install {Package}), or save the image as JPEG or PNG.");
        var folder = Directory.CreateTempSubdirectory("fastcam-");
        try
        {
            // libpng refuses to write a broken profile; JPEG at its best quality takes anything.
            if (Convert(program, path, Path.Combine(folder.FullName, "image.png"), out _) is { } png)
                return Held(path, Image.Pngload(png, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            if (Convert(program, path, Path.Combine(folder.FullName, "image.jpg"), out var said) is { } jpeg)
                return Held(path, Image.Jpegload(jpeg, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            throw new MediaException(
                MediaFault.SourceUnreadable, $"{path} is cut off, damaged, or of a kind of HEIC that is not read here{FFmpegLog.Quote(said, Program)}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The file that it was converted to; null where the program failed.</summary>
    /// <exception cref="MediaException">The program hung.</exception>
    static string? Convert(string program, string path, string target, out string said)
    {
        using var child = new FFmpegChild(program, ["-q", "100", Path.GetFullPath(path), target], diesWithUs: true);
        child.Input.Dispose();
        var code = child.Exit(Patience) ?? throw new MediaException(
            MediaFault.SourceUnreadable, $"{path} is not read: {Program} did not end within {Patience.TotalSeconds:F0} s.");
        said = child.Log;
        // A file of several images becomes as many, numbered from 1. One that could not be written is empty, and the exit code says nothing of it.
        var name = $"{Path.GetFileNameWithoutExtension(target)}*{Path.GetExtension(target)}";
        var written = Directory.EnumerateFiles(Path.GetDirectoryName(target)!, name).Where(file => new FileInfo(file).Length > 0);
        return code == 0 ? written.Order(NaturalOrder.Instance).FirstOrDefault() : null;
    }

    /// <summary>The image in memory: its file goes.</summary>
    static Image Held(string path, Image file)
    {
        using (file)
        {
            StillPipeline.RequireBounds(path, file.Width, file.Height, holdsWhole: true);
            return file.CopyMemory();
        }
    }
}
