using System.Globalization;
using FastCam.Video.FFmpeg;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>The formats that libvips does not read, by an FFmpeg child: red, green, blue and opacity on its standard output.</summary>
static class FFmpegStill
{
    const int Bands = 4;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Decodes an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cost">Told its size before memory is taken for it.</param>
    /// <param name="demuxer">FFmpeg's name of its format.</param>
    /// <param name="patience">How long it may take; by default <see cref="Patience"/>.</param>
    /// <exception cref="MediaException">The file is damaged or too large, or takes too long, or FFmpeg is not installed.</exception>
    public static Image Load(string path, StillCost cost, string demuxer, TimeSpan? patience = null)
    {
        var arguments = FFmpegInput.Still(Path.GetFullPath(path), demuxer, StillPipeline.MostPixelsHeld);
        using var child = new FFmpegChild(FFmpegTool.Find().Path, arguments, diesWithUs: true);
        var isLate = false;
        using var limit = new Timer(
            _ =>
            {
                Volatile.Write(ref isLate, true);
                child.Kill();
            },
            null, patience ?? Patience, Timeout.InfiniteTimeSpan);
        child.Input.Dispose();
        if (ReadHeader(child.Output) is not { } size)
        {
            child.Exit(Patience);
            if (Volatile.Read(ref isLate))
                throw TooSlow(path, patience ?? Patience);
            throw FFmpegLog.TooLarge(child.Log) is { } stated ? TooLarge(path, stated) : FFmpegLog.Unreadable(path, child.Log);
        }

        cost.Begin(size.Width, size.Height, Bands);
        var pixels = new byte[Bands * size.Width * size.Height];
        var whole = child.Output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) == pixels.Length;
        child.Exit(Patience);
        if (!whole && Volatile.Read(ref isLate))
            throw TooSlow(path, patience ?? Patience);
        if (!whole || FFmpegLog.IsCutPicture(child.Log))
            throw FFmpegLog.CutPicture(path);
        using var memory = Image.NewFromMemory(pixels, size.Width, size.Height, Bands, Enums.BandFormat.Uchar);
        return memory.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    static MediaException TooSlow(string path, TimeSpan patience) => new(
        MediaFault.SourceUnreadable,
        $"{path} is not read: FFmpeg did not decode it within {patience.TotalSeconds:0.###} s; make it smaller, or save it as TIFF or PNG.");

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
