using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using NetVips;

namespace FastCam.Video;

/// <summary>
/// How a TIFF is cut into strips or tiles. libvips says nothing of it, and decodes a strip, or some rows of tiles, as a whole: a small file with a
/// single strip could take whatever it claims.
/// </summary>
static class TiffBlocks
{
    /// <summary>What libvips may hold of decoded strips or tiles: as much as of any image that is held as a whole.</summary>
    const long MostBytes = 6 * StillPipeline.MostPixelsHeld;

    /// <summary>Rows of tiles that libvips keeps while it reads from the top down.</summary>
    const double TileRowsKept = 2.5;

    const int Width = 256, Height = 257, Depth = 258, Samples = 277, RowsPerStrip = 278, TileHeight = 323;

    /// <summary>Begins to decode a TIFF.</summary>
    /// <exception cref="MediaException">Its strips or tiles are too large.</exception>
    public static Image Load(string path)
    {
        using (var file = File.OpenHandle(path))
            RequireBounds(path, ReadDirectory(file));
        return Image.Tiffload(path, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
    }

    static void RequireBounds(string path, Dictionary<int, long> tags)
    {
        var height = tags.GetValueOrDefault(Height, 1);
        var rows = tags.TryGetValue(TileHeight, out var tile) ? TileRowsKept * tile : Math.Min(tags.GetValueOrDefault(RowsPerStrip, height), height);
        var bytes = rows * tags.GetValueOrDefault(Width, 1) * tags.GetValueOrDefault(Samples, 1) * Math.Ceiling(tags.GetValueOrDefault(Depth, 8) / 8.0);
        if (bytes > MostBytes)
        {
            throw new MediaException(
                MediaFault.SourceUnreadable,
                $"{path} is a TIFF of such large strips or tiles that {bytes / 1_000_000:F0} MB of it would have to be held, and {MostBytes / 1_000_000} MB are allowed: save it in tiles of 256x256.");
        }
    }

    /// <summary>The numbers of the first directory that stand in their entries themselves, or the first of each that does not; what is damaged is libvips' to say.</summary>
    static Dictionary<int, long> ReadDirectory(SafeFileHandle file)
    {
        const int MostEntries = 4096;
        var tags = new Dictionary<int, long>();
        Span<byte> start = stackalloc byte[16];
        if (RandomAccess.Read(file, start, 0) < start.Length)
            return tags;
        var isLittle = start[0] == 'I';
        var isBig = Number(start[2..4], isLittle) == 43;
        var (entryBytes, inline, countBytes) = isBig ? (20, 8, 8) : (12, 4, 2);
        var at = Number(isBig ? start[8..16] : start[4..8], isLittle);
        Span<byte> buffer = stackalloc byte[20];
        if (at < 0 || RandomAccess.Read(file, buffer[..countBytes], at) < countBytes)
            return tags;
        var entries = Math.Clamp(Number(buffer[..countBytes], isLittle), 0, MostEntries);
        for (at += countBytes; entries > 0 && RandomAccess.Read(file, buffer[..entryBytes], at) == entryBytes; at += entryBytes, entries--)
        {
            var tag = (int)Number(buffer[..2], isLittle);
            var size = Number(buffer[2..4], isLittle) switch { 1 => 1, 3 => 2, 4 => 4, 16 => 8, _ => 0 };
            if (size == 0 || tag is not (Width or Height or Depth or Samples or RowsPerStrip or TileHeight))
                continue;
            var value = buffer.Slice(entryBytes - inline, inline);
            if (size * Number(buffer[4..(entryBytes - inline)], isLittle) > inline)
            {
                var place = Number(value, isLittle);
                if (place < 0 || RandomAccess.Read(file, value[..size], place) < size)
                    continue;
            }

            tags.TryAdd(tag, Math.Max(Number(value[..size], isLittle), 0));
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
