using System.Globalization;
using NetVips;

namespace FastCam.Video;

/// <summary>The formats that libvips does not read, by an FFmpeg child: red, green, blue and opacity on its standard output.</summary>
static class FFmpegStill
{
    const int Bands = 4;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <exception cref="MediaException">The file is damaged or too large, or FFmpeg is not installed.</exception>
    public static Image Load(string path, string demuxer)
    {
        var arguments = FFmpegInput.Still(Path.GetFullPath(path), demuxer, StillPipeline.MostPixelsHeld);
        using var child = new FFmpegChild(FFmpegTool.Find().Path, arguments, diesWithUs: true);
        using var limit = new Timer(_ => child.Kill(), null, Patience, Timeout.InfiniteTimeSpan);
        child.Input.Dispose();
        if (ReadHeader(child.Output) is not { } size)
        {
            child.Exit(Patience);
            throw FFmpegLog.TooLarge(child.Log) is { } stated ? TooLarge(path, stated) : FFmpegLog.Unreadable(path, child.Log);
        }

        StillPipeline.RequireBounds(path, size.Width, size.Height, holdsWhole: true);
        var pixels = new byte[Bands * size.Width * size.Height];
        var whole = child.Output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) == pixels.Length;
        child.Exit(Patience);
        if (!whole || FFmpegLog.IsCutPicture(child.Log))
            throw FFmpegLog.CutPicture(path);
        using var memory = Image.NewFromMemory(pixels, size.Width, size.Height, Bands, Enums.BandFormat.Uchar);
        return memory.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    static MediaException TooLarge(string path, string size) => new(
        MediaFault.SourceUnreadable,
        $"{path} is {size}; up to {StillPipeline.MostPixelsHeld / 1_000_000} megapixels are read of its format: make it smaller, or save it as TIFF or PNG.");

    /// <summary>The header of a portable arbitrary map; null when the stream ends before it does.</summary>
    static (int Width, int Height)? ReadHeader(Stream stream)
    {
        var (width, height) = (0, 0);
        while (ReadLine(stream) is { Length: > 0 } line)
        {
            if (line == "ENDHDR")
                return (width, height);
            if (line.StartsWith("WIDTH ", StringComparison.Ordinal))
                width = int.Parse(line[6..], CultureInfo.InvariantCulture);
            if (line.StartsWith("HEIGHT ", StringComparison.Ordinal))
                height = int.Parse(line[7..], CultureInfo.InvariantCulture);
        }

        return null;
    }

    static string ReadLine(Stream stream)
    {
        var line = "";
        for (var next = stream.ReadByte(); next is >= ' ' and < 127; next = stream.ReadByte())
            line += (char)next;
        return line;
    }
}
