using FastCam.Video.FFmpeg;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>Reads HEIC by libheif's program, because its codec is not among those that libvips brings.</summary>
static class HeifConverter
{
    const string Program = "heif-convert";
    const string Package = "libheif-examples";

    /// <summary>The program writes every image of a file, and a hostile file has thousands.</summary>
    const int MostImages = 16;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether the program is installed.</summary>
    public static bool IsInstalled => Find() is not null;

    /// <summary>Returns the image, decoded and upright.</summary>
    /// <exception cref="MediaException">The program is not installed, or cannot read the file.</exception>
    public static Image Load(string path, StillCost cost)
    {
        int images, primary;
        using (var header = Image.Heifload(path, access: Enums.Access.Sequential))
        {
            cost.Begin(header.Width, header.Height, StillCost.BytesPerPixel(header));
            (images, primary) = (Number(header, "n-pages", 1), Number(header, "heif-primary", 0));
        }

        if (images > MostImages)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} holds {images} images; HEIC files of up to {MostImages} are read: save the one that is meant by itself.");
        }

        // A single image becomes a file of the name that is asked for; several are numbered from 1.
        var name = images > 1 ? $"image-{primary + 1}" : "image";
        var program = Find() ?? throw new MediaException(
            MediaFault.ToolMissing,
            $"{path} is HEIC, which the program {Program} reads: install it (apt-get install {Package}), or save the image as JPEG or PNG.");
        var folder = Directory.CreateTempSubdirectory("fastcam-");
        try
        {
            // libpng refuses to write a broken profile; JPEG, at its best quality, takes any.
            if (Convert(program, path, folder.FullName, name, ".png", out _) is { } png)
                return Hold(cost, Image.Pngload(png, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            if (Convert(program, path, folder.FullName, name, ".jpg", out var said) is { } jpeg)
                return Hold(cost, Image.Jpegload(jpeg, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} is cut off, damaged, or of a kind of HEIC that is not read here{FFmpegLog.Quote(said, Program)}.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static string? Find() => Executable.Find(Program);

    /// <summary>Converts the image. Returns the file that it was converted to; null where the program failed.</summary>
    /// <exception cref="MediaException">The program hung.</exception>
    static string? Convert(string program, string path, string folder, string name, string ending, out string said)
    {
        string[] arguments = ["-q", "100", Path.GetFullPath(path), Path.Combine(folder, "image" + ending)];
        using var child = new FFmpegChild(program, arguments, diesWithUs: true);
        child.Input.Dispose();
        var code = child.Exit(Patience) ?? throw new MediaException(
            MediaFault.SourceUnreadable, $"{path} is not read: {Program} did not end within {Patience.TotalSeconds:F0} s.");
        said = child.Log;
        // A file that could not be written is empty, and the exit code does not tell.
        var written = new FileInfo(Path.Combine(folder, name + ending));
        return code == 0 && written is { Exists: true, Length: > 0 } ? written.FullName : null;
    }

    static int Number(Image header, string name, int otherwise) =>
        header.Contains(name) && header.Get(name) is int value && value >= 0 ? value : otherwise;

    /// <summary>Reads the image into memory, because its file is about to be deleted.</summary>
    static Image Hold(StillCost cost, Image file)
    {
        using (file)
        {
            cost.Begin(file.Width, file.Height, StillCost.BytesPerPixel(file));
            return file.CopyMemory();
        }
    }
}
