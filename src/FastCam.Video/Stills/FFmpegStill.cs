using System.Globalization;
using FastCam.Video.FFmpeg;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>
/// Reads the formats that libvips does not, by an FFmpeg child, which writes red, green, blue and opacity to its standard output.
/// </summary>
static class FFmpegStill
{
    const int Bands = 4;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Decodes a portable map. FFmpeg takes its numbers modulo 2^32, so that an impossible size could become a small one. That is
    /// why the numbers are checked first.
    /// </summary>
    /// <exception cref="MediaException">As of <see cref="Load"/>; or the header's numbers are impossible.</exception>
    public static Image LoadMap(string path, StillCost cost, string demuxer)
    {
        const int MostHeader = 1 << 16, Sizes = 3;
        var numbers = new List<string>();
        var (number, isRemark) = ("", false);
        using (var file = File.OpenRead(path))
        {
            file.Position = 2; // the first two bytes are the kind
            for (var read = 0; read < MostHeader && numbers.Count < Sizes && file.ReadByte() is >= 0 and var next; read++)
            {
                if (isRemark)
                {
                    isRemark = next is not ('\n' or '\r');
                }
                else if (next is >= '0' and <= '9')
                {
                    number += (char)next;
                }
                else
                {
                    if (number.Length > 0)
                        numbers.Add(number);
                    (number, isRemark) = ("", next == '#');
                }
            }
        }

        if (numbers is not [var width, var height, var most])
            throw FFmpegLog.CutImage(path);
        if (!IsUpTo(StillPipeline.LongestSide, width) || !IsUpTo(StillPipeline.LongestSide, height))
            throw Impossible($"it is {Shorten(width)}x{Shorten(height)}: from 1 to {StillPipeline.LongestSide} pixels a side");
        return IsUpTo(ushort.MaxValue, most)
            ? Load(path, cost, demuxer)
            : throw Impossible($"its largest value is {Shorten(most)}: from 1 to {ushort.MaxValue}");

        MediaException Impossible(string claim) => new(MediaFault.SourceUnreadable, $"{path} says that {claim} are read.");
    }

    static bool IsUpTo(int largest, string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= largest;

    static string Shorten(string digits) => digits.Length > 20 ? digits[..20] + "…" : digits;

    /// <summary>Decodes an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cost">It is told the image's size before memory is taken for it.</param>
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
            throw FFmpegLog.TooLarge(child.Log) is { } stated ? TooLarge(path, stated) : FFmpegLog.CutImage(path);
        }

        cost.Begin(size.Width, size.Height, Bands);
        var pixels = new byte[Bands * size.Width * size.Height];
        var whole = child.Output.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false) == pixels.Length;
        child.Exit(Patience);
        if (!whole && Volatile.Read(ref isLate))
            throw TooSlow(path, patience ?? Patience);
        if (!whole || FFmpegLog.IsCutImage(child.Log))
            throw FFmpegLog.CutImage(path);
        using var memory = Image.NewFromMemory(pixels, size.Width, size.Height, Bands, Enums.BandFormat.Uchar);
        return memory.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    static MediaException TooSlow(string path, TimeSpan patience) => new(
        MediaFault.SourceUnreadable,
        $"{path} is not read: FFmpeg did not decode it within {patience.TotalSeconds:0.###} s; make it smaller, or save it as TIFF or PNG.");

    static MediaException TooLarge(string path, string size) => new(
        MediaFault.SourceUnreadable,
        $"{path} is {size}; up to {StillPipeline.MostPixelsHeld / 1_000_000} megapixels are read of its format: make it smaller, or save it "
        + "as TIFF or PNG.");

    /// <summary>Reads the header of a portable arbitrary map; null when the stream ends before the header does.</summary>
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
