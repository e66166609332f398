using System.Buffers.Binary;
using System.Text;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>
/// A format of still images that is read here. There is one list of them: folders are searched, files told apart and questions
/// answered by it.
/// </summary>
public sealed class StillFormat
{
    /// <summary>So many bytes at a file's start tell its format, the brands of an ISO file included.</summary>
    const int StartBytes = 256;

    /// <summary>The mark of a file's end lies within so many bytes from its end, although programs add something behind it.</summary>
    const int EndBytes = 4096;

    const Enums.Access Downwards = Enums.Access.Sequential;

    /// <summary>Decoding fails where a file is cut off or damaged, and not where a decoder merely warns.</summary>
    const Enums.FailOn Damage = Enums.FailOn.Error;

    static readonly StillFormat[] All =
    [
        new(
            "JPEG", [".jpg", ".jpeg", ".jpe", ".jfif"], start => start is [0xFF, 0xD8, 0xFF, ..],
            (path, _) => Image.Jpegload(path, access: Downwards, failOn: Damage))
        {
            GivesRows = true,
            EndMark = [0xFF, 0xD9],
        },
        new(
            "PNG", [".png"], start => start is [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, ..],
            (path, _) => Image.Pngload(path, access: Downwards, failOn: Damage))
        {
            GivesRows = true,
            TimesHeld = 1,
            EndMark = [.. "IEND"u8],
        },
        new(
            "WebP", [".webp"], start => start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8),
            (path, _) => Image.Webpload(path, access: Downwards, failOn: Damage)),
        new(
            "GIF", [".gif"], start => start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8),
            (path, _) => Image.Gifload(path, access: Downwards, failOn: Damage))
        {
            Moves = true,
        },
        new(
            "TIFF", [".tif", ".tiff"], start => start is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..],
            TiffBlocks.Load)
        {
            GivesRows = true,
        },
        new("AVIF", [".avif"], start => HasBrand(start, ["avif", "avis"]), (path, _) => Image.Heifload(path, access: Downwards, failOn: Damage)),
        new(
            "HEIC", [".heic", ".heif", ".hif"],
            start => HasBrand(start, ["heic", "heix", "hevc", "hevx", "heim", "heis", "hevm", "hevs", "mif1", "msf1"]), HeifConverter.Load)
        {
            IsUpright = true,
            TimesHeld = 1,
        },
        new("BMP", [".bmp", ".dib"], IsBitmap, (path, cost) => FFmpegStill.Load(path, cost, "bmp_pipe")) { TimesHeld = 1 },
        new("PGM", [".pgm"], start => IsMap(start, (byte)'5'), (path, cost) => FFmpegStill.LoadMap(path, cost, "pgm_pipe")) { TimesHeld = 1 },
        new("PPM", [".ppm"], start => IsMap(start, (byte)'6'), (path, cost) => FFmpegStill.LoadMap(path, cost, "ppm_pipe")) { TimesHeld = 1 },
    ];

    readonly IsStart _isStart;

    StillFormat(string name, string[] endings, IsStart isStart, Func<string, StillCost, Image> load) =>
        (Name, Endings, _isStart, Load) = (name, endings, isStart, load);

    delegate bool IsStart(ReadOnlySpan<byte> start);

    /// <summary>The display names of all formats, separated by commas.</summary>
    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));

    /// <summary>Whether HEIC, which needs a program of its own, is read on this machine.</summary>
    public static bool ReadsHeic => HeifConverter.IsInstalled;

    /// <summary>The version of libvips, which reads most of the formats.</summary>
    /// <exception cref="MediaException">It does not load.</exception>
    public static string LibraryVersion => StillLibrary.Version;

    /// <summary>The format's name.</summary>
    public string Name { get; }

    /// <summary>The endings of file names that stand for it, in lower case, each with its dot.</summary>
    internal IReadOnlyList<string> Endings { get; }

    /// <summary>Begins to decode a file of this format.</summary>
    internal Func<string, StillCost, Image> Load { get; }

    /// <summary>
    /// Whether the decoder gives rows from the top down without holding the whole image, unless the file is stored in several passes.
    /// </summary>
    internal bool GivesRows { get; private init; }

    /// <summary>
    /// How often a decoder that holds the whole image holds its bytes: twice where it has planes or coefficients of its own
    /// beside the pixels that it gives, once where it gives the bytes that it holds.
    /// </summary>
    internal int TimesHeld { get; private init; } = 2;

    /// <summary>Whether the decoder has turned the image already.</summary>
    internal bool IsUpright { get; private init; }

    /// <summary>The mark that every whole file of this format ends with; empty where the format has none.</summary>
    byte[] EndMark { get; init; } = [];

    /// <summary>Whether its files are moving images as a rule, so that a stream plays them as videos.</summary>
    internal bool Moves { get; private init; }

    /// <summary>Whether a file's name says that it is an image.</summary>
    public static bool IsNamedSo(string path)
    {
        var ending = Path.GetExtension(path);
        return Array.Exists(All, format => format.Endings.Contains(ending, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Finds the format of a file by its content, whatever its name; null when it is none of those read here.</summary>
    /// <exception cref="MediaException">The file does not exist or cannot be read.</exception>
    public static StillFormat? Find(string path)
    {
        try
        {
            // A pipe or a device has no length, and it is not opened, because that might never return.
            var file = new FileInfo(path);
            if (!file.Exists)
                throw new MediaException(MediaFault.SourceNotFound, $"{path} does not exist.");
            if (file.Length == 0)
                return null;
            Span<byte> start = stackalloc byte[StartBytes];
            using var handle = File.OpenHandle(path);
            start = start[..RandomAccess.Read(handle, start, 0)];
            foreach (var format in All)
            {
                if (format._isStart(start))
                    return format;
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A JPEG in memory, which belongs to no file.</summary>
    internal static StillFormat JpegOf(byte[] image) =>
        new("JPEG", [], static _ => false, (_, _) => Image.JpegloadBuffer(image, access: Downwards, failOn: Damage)) { GivesRows = true };

    /// <summary>Whether a file was cut off, because it lacks the mark of its end; false for formats without a mark.</summary>
    internal bool IsCut(string path)
    {
        if (EndMark.Length == 0)
            return false;
        try
        {
            using var handle = File.OpenHandle(path);
            Span<byte> end = stackalloc byte[EndBytes];
            var read = RandomAccess.Read(handle, end, Math.Max(0, RandomAccess.GetLength(handle) - EndBytes));
            return end[..read].LastIndexOf(EndMark) < 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // the file is gone by now, so the decoder's own error is reported
        }
    }

    /// <summary>Whether a file begins as a bitmap. Many texts begin with its two letters, so a header of a known size has to follow.</summary>
    static bool IsBitmap(ReadOnlySpan<byte> start)
    {
        const int HeaderSize = 14;
        return start.StartsWith("BM"u8) && start.Length >= HeaderSize + 4
            && BinaryPrimitives.ReadUInt32LittleEndian(start[HeaderSize..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124;
    }

    /// <summary>Whether a file begins with a portable map's kind, and after white space with its width or a remark.</summary>
    static bool IsMap(ReadOnlySpan<byte> start, byte kind)
    {
        if (start.Length < 3 || start[0] != 'P' || start[1] != kind)
            return false;
        var rest = start[2..].TrimStart(" \t\r\n\v\f"u8);
        return rest.Length < start.Length - 2 && rest is [(>= (byte)'0' and <= (byte)'9') or (byte)'#', ..];
    }

    /// <summary>Whether an ISO file's first box names one of these brands.</summary>
    static bool HasBrand(ReadOnlySpan<byte> start, ReadOnlySpan<string> brands)
    {
        const int Brand = 4, Major = 8, Compatible = 16;
        if (start.Length < Compatible || !start[Brand..Major].SequenceEqual("ftyp"u8))
            return false;
        var end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(start), (uint)start.Length);
        for (var at = Major; at + Brand <= end; at += at == Major ? Compatible - Major : Brand)
        {
            if (brands.Contains(Encoding.ASCII.GetString(start.Slice(at, Brand))))
                return true;
        }

        return false;
    }
}
