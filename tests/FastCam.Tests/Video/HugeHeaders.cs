using System.Buffers.Binary;

namespace FastCam.Tests.Video;

/// <summary>Small files whose headers claim more pixels than any machine holds.</summary>
static class HugeHeaders
{
    const int Big = 65_535;

    static readonly Dictionary<string, (string From, Action<byte[]> Claim)> Files = new()
    {
        ["65535.jpg"] = ("rgb444.jpg", bytes => ClaimJpeg(bytes)),
        ["progressive.jpg"] = ("progressive.jpg", bytes => ClaimJpeg(bytes)),
        ["65535.png"] = ("rgb.png", bytes => ClaimPng(bytes, Big)),
        ["interlaced.png"] = ("interlaced.png", bytes => ClaimPng(bytes, Big)),
        ["most.png"] = ("rgb.png", bytes => ClaimPng(bytes, int.MaxValue)),
        ["16384.webp"] = ("lossless.webp", bytes => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(21), 0x0FFF_FFFF)),
        ["65535.gif"] = ("palette.gif", ClaimGif),
        ["65535.bmp"] = ("24.bmp", bytes => ClaimBmp(bytes, Big)),
        ["most.bmp"] = ("24.bmp", bytes => ClaimBmp(bytes, int.MaxValue)),
        ["65535.tif"] = ("strips.tif", bytes => ClaimTiff(bytes, [256, 257], Big)),
        ["most.tif"] = ("strips.tif", bytes => ClaimTiff(bytes, [256, 257], int.MaxValue)),
        ["one-strip.tif"] = ("strips.tif", bytes => ClaimTiff(bytes, [256, 257, 278], 60_000)),
        ["tiled.tif"] = ("tiled.tif", bytes => ClaimTiff(bytes, [256, 257], Big)),
        ["one-tile.tif"] = ("tiled.tif", bytes => ClaimTiff(bytes, [256, 257, 322, 323], 60_000)),
        ["long-strip.tif"] = ("strips.tif", bytes => ClaimTiff(bytes, [256, 257, 278], 26_000)),
        ["long-strip-big.tif"] = ("big.tif", bytes => ClaimTiff(bytes, [256, 257, 278], 26_000)),
        ["large-tiles.tif"] = ("tiled.tif", ClaimLargeTiles),
        ["directory-at-the-end-of-all.tif"] = ("big.tif", bytes => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), long.MaxValue)),
        ["value-at-the-end-of-all.tif"] = ("big.tif", ClaimFarValue),
        ["wide-tile.tif"] = ("tiled.tif", ClaimWideTile),
        ["signed.tif"] = ("strips.tif", ClaimSigned),
        ["entries.tif"] = ("big.tif", ClaimEntries),
        ["exactly-most.tif"] = ("strips.tif", bytes => ClaimTiff(bytes, [256, 257, 278], 16_384)),
        ["interlaced16.png"] = ("rgba16.png", ClaimInterlaced),
        ["65535.ppm"] = ("binary.ppm", bytes => "P6 65535 65535 255\n"u8.CopyTo(bytes)),
        ["most.ppm"] = ("binary.ppm", bytes => "P6 2147483647 2147483647 255\n"u8.CopyTo(bytes)),
        ["65535.avif"] = ("lossless.avif", ClaimHeif),
        ["65535.heic"] = ("lossless.heic", ClaimHeif),
    };

    public static IEnumerable<string> Names => Files.Keys;

    public static byte[] Create(StillFiles files, string name)
    {
        var (from, claim) = Files[name];
        var bytes = files.Bytes(from);
        claim(bytes);
        return bytes;
    }

    /// <summary>Sets a PNG's width and height, with a CRC that agrees.</summary>
    static void ClaimPng(byte[] bytes, int side)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), side);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), side);
        var crc = uint.MaxValue;
        foreach (var value in bytes.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), ~crc);
    }

    static void ClaimJpeg(byte[] bytes)
    {
        for (var at = 2; ; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2)))
        {
            if (bytes[at + 1] is not (0xC0 or 0xC2))
                continue;
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 5), Big);
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 7), Big);
            return;
        }
    }

    /// <summary>Sets the size of the screen and of the first image on it.</summary>
    static void ClaimGif(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), Big);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), Big);
        var image = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2C, 0, 0, 0, 0, 37, 0, 29, 0]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(image + 5), Big);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(image + 7), Big);
    }

    static void ClaimBmp(byte[] bytes, int side)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), side);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), side);
    }

    /// <summary>Claims eight bytes a pixel, in seven passes. With fewer bytes a pixel, as many pixels would be allowed.</summary>
    static void ClaimInterlaced(byte[] bytes)
    {
        bytes[28] = 1;
        ClaimPng(bytes, 11_400);
    }

    /// <summary>Claims an image of one pixel in a tile of 200 million.</summary>
    static void ClaimWideTile(byte[] bytes)
    {
        ClaimTiff(bytes, [256, 257], 1);
        ClaimTiff(bytes, [322], 10_000);
        ClaimTiff(bytes, [323], 20_000);
    }

    /// <summary>Writes the numbers as signed ones of four bytes, which libtiff takes as well.</summary>
    static void ClaimSigned(byte[] bytes)
    {
        const byte SLong = 9;
        ClaimTiff(bytes, [256, 257, 278], 26_000);
        foreach (var at in Entries(bytes))
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) is 256 or 257 or 278)
                bytes[at + 2] = SLong;
        }
    }

    static void ClaimFarValue(byte[] bytes)
    {
        foreach (var at in Entries(bytes))
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at)) != 258)
                continue;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 4), 1000);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 12), long.MaxValue);
        }
    }

    static void ClaimEntries(byte[] bytes) =>
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8))), 4097);

    static void ClaimLargeTiles(byte[] bytes)
    {
        ClaimTiff(bytes, [256, 257], 60_000);
        ClaimTiff(bytes, [322, 323], 4096);
    }

    static void ClaimTiff(byte[] bytes, int[] tags, int value)
    {
        const int Long = 4;
        var place = bytes[2] == 43 ? 12 : 8;
        foreach (var at in Entries(bytes))
        {
            if (!tags.Contains(BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at))))
                continue;
            bytes[at + 2] = Long;
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + place), value);
        }
    }

    /// <summary>Returns where each entry of the first directory begins.</summary>
    static IEnumerable<int> Entries(byte[] bytes)
    {
        var (directory, head, entryBytes) = bytes[2] == 43
            ? (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(8)), sizeof(long), 20)
            : (BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)), sizeof(short), 12);
        var count = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(directory));
        return Enumerable.Range(0, count).Select(entry => directory + head + entryBytes * entry);
    }

    /// <summary>Sets the size in every box that says how large an image is.</summary>
    static void ClaimHeif(byte[] bytes)
    {
        var rest = 0;
        for (var next = bytes.AsSpan().IndexOf("ispe"u8); next >= 0; next = bytes.AsSpan(rest).IndexOf("ispe"u8))
        {
            rest += next + 4;
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(rest + 4), Big);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(rest + 8), Big);
        }
    }
}
