using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using NetVips;

namespace FastCam.Video.Stills;

/// <summary>
/// How a TIFF is cut into strips or tiles. libvips does not tell, and decodes a strip, or some rows of tiles, as a whole. So a
/// small file with a single strip could take as much memory as it claims.
/// </summary>
static class TiffBlocks
{
    /// <summary>Rows of tiles that libvips keeps while it reads from the top down.</summary>
    const double TileRowsKept = 2.5;

    const int Width = 256, Height = 257, Depth = 258, Samples = 277, RowsPerStrip = 278, TileWidth = 322, TileHeight = 323;

    /// <summary>Begins to decode a TIFF.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cost">It is told what the strips or tiles take.</param>
    /// <exception cref="MediaException">Its strips or tiles are too large.</exception>
    public static Image Load(string path, StillCost cost)
    {
        Dictionary<int, long> tags;
        using (var file = File.OpenHandle(path))
            tags = ReadDirectory(path, file);
        var image = Image.Tiffload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        try
        {
            cost.AddBlocks(BytesHeld(tags, image));
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Returns the bytes of the strips or tiles that libvips holds. Values that the directory does not have, or has wrongly, are taken from
    /// libvips' header.
    /// </summary>
    static double BytesHeld(Dictionary<int, long> tags, Image header)
    {
        long Tag(int tag, long otherwise) => tags.TryGetValue(tag, out var value) && value > 0 ? value : otherwise;
        double columns = Tag(Width, header.Width);
        double rows = Tag(Height, header.Height);
        if (tags.ContainsKey(TileWidth) || tags.ContainsKey(TileHeight))
        {
            var across = Tag(TileWidth, header.Width);
            columns = Math.Ceiling(columns / across) * across;
            rows = TileRowsKept * Tag(TileHeight, header.Height);
        }
        else
        {
            rows = Math.Min(rows, Tag(RowsPerStrip, long.MaxValue));
        }

        var made = StillCost.BytesPerPixel(header);
        var stored = Tag(Samples, header.Bands) * Math.Ceiling(Tag(Depth, 8 * made / header.Bands) / 8.0);
        return rows * columns * Math.Max(stored, made);
    }

    /// <summary>
    /// Reads the numbers of the first directory: those that stand in their entries, and the first of each list that does not. Damage is left
    /// to libvips to report.
    /// </summary>
    static Dictionary<int, long> ReadDirectory(string path, SafeFileHandle file)
    {
        const int MostEntries = 4096;
        var tags = new Dictionary<int, long>();
        var length = RandomAccess.GetLength(file);
        // At places near the largest number the system fails with an error, instead of reading nothing.
        bool Read(Span<byte> bytes, long place) =>
            place >= 0 && place <= length - bytes.Length && RandomAccess.Read(file, bytes, place) == bytes.Length;
        Span<byte> start = stackalloc byte[16];
        if (!Read(start, 0))
            return tags;
        var isLittle = start[0] == 'I';
        var isBig = Number(start[2..4], isLittle) == 43;
        var (entryBytes, inline, countBytes) = isBig ? (20, 8, 8) : (12, 4, 2);
        var at = Number(isBig ? start[8..16] : start[4..8], isLittle);
        Span<byte> buffer = stackalloc byte[20];
        if (!Read(buffer[..countBytes], at))
            return tags;
        var entries = Number(buffer[..countBytes], isLittle);
        if (entries is < 0 or > MostEntries)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} is a TIFF whose directory claims more than {MostEntries} entries, which are not read here: save it anew.");
        }

        for (at += countBytes; entries > 0 && Read(buffer[..entryBytes], at); at += entryBytes, entries--)
        {
            var tag = (int)Number(buffer[..2], isLittle);
            var type = (int)Number(buffer[2..4], isLittle);
            var size = type switch { 1 or 6 => 1, 3 or 8 => 2, 4 or 9 => 4, 16 or 17 => 8, _ => 0 };
            if (tag is not (Width or Height or Depth or Samples or RowsPerStrip or TileWidth or TileHeight))
                continue;
            // A tag's presence alone tells tiles from strips, so it is kept even where its value cannot be read.
            var value = buffer.Slice(entryBytes - inline, inline);
            var isThere = size > 0;
            if (isThere && (ulong)Number(buffer[4..(entryBytes - inline)], isLittle) > (ulong)(inline / size))
                isThere = Read(value[..size], Number(value, isLittle));
            var number = isThere ? Number(value[..size], isLittle) : 0;
            tags.TryAdd(tag, type is 6 or 8 or 9 && number >= 1L << (8 * size - 1) ? 0 : number);
        }

        return tags;
    }

    static long Number(ReadOnlySpan<byte> bytes, bool isLittle) => bytes.Length switch
    {
        1 => bytes[0],
        2 => isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => isLittle ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : BinaryPrimitives.ReadInt64BigEndian(bytes),
    };
}
