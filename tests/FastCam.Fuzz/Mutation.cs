using System.Buffers.Binary;
using System.Text;

namespace FastCam.Fuzz;

/// <summary>Damages a file in a few places, as accidents and attackers do.</summary>
static class Mutation
{
    const int MostPlaces = 3;

    /// <summary>Half of all places lie in what is usually the header.</summary>
    const int HeaderBytes = 300;

    static readonly uint[] Telling =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 64, 100, 127, 128, 129, 254, 255, 256, 257, 1000, 4096, 16_383, 16_384, 32_767, 32_768,
        65_500, 65_534, 65_535, 65_536, 65_537, 1_000_000,
        0x00FF_FFFF, 0x0100_0000, 0x3FFF_FFFF, 0x4000_0000, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_FFFE, 0xFFFF_FFFF,
    ];

    /// <summary>Names of chunks, segments, boxes and brands, and the beginnings of files.</summary>
    static readonly byte[][] Words =
    [
        [0xFF, 0xD8], [0xFF, 0xD9], [0xFF, 0xC0], [0xFF, 0xC2], [0xFF, 0xC4], [0xFF, 0xDB], [0xFF, 0xDA], [0xFF, 0xDD], [0xFF, 0xE1],
        [0xFF, 0xE2], [0xFF, 0xEE], [0xFF, 0xD0],
        .. from word in (string[])
           [
               "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "iCCP", "eXIf", "gAMA", "cHRM", "sRGB", "acTL", "fcTL", "fdAT", "zTXt", "RIFF", "WEBP",
               "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "EXIF", "ICCP", "GIF87a", "GIF89a", "ftyp", "meta", "iloc", "iinf", "iprp",
               "ipco", "ipma", "ispe", "irot", "imir", "clap", "pixi", "av1C", "hvcC", "colr", "auxC", "grid", "iovl", "iden", "idat", "mdat",
               "avif", "avis", "heic", "mif1", "Exif\0\0", "ICC_PROFILE\0", "JFIF\0", "Adobe", "acsp", "II*\0", "MM\0*", "II+\0",
           ]
           select Encoding.Latin1.GetBytes(word),
    ];

    public static byte[] Apply(Corpus corpus, string name, Random random)
    {
        var bytes = corpus[name];
        for (var places = random.Next(1, MostPlaces + 1); places > 0 && bytes.Length > 0; places--)
            bytes = Once(corpus, name, [.. bytes], random);
        // With wrong checksums a reader stops at the first of them, and nothing behind it is ever tried.
        if (name.EndsWith(".png", StringComparison.Ordinal) && random.Next(4) > 0)
            CorrectChecksums(bytes);
        return bytes;
    }

    static byte[] Once(Corpus corpus, string name, byte[] bytes, Random random)
    {
        var at = random.Next(random.Next(2) == 0 ? Math.Min(bytes.Length, HeaderBytes) : bytes.Length);
        var length = Math.Min(1 << random.Next(9), bytes.Length - at);
        switch (random.Next(12))
        {
            case 0 or 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3 or 4:
                return Put(bytes, at, Number(random));
            case 5:
                return Put(bytes, at, Words[random.Next(Words.Length)]);
            case 6:
                return bytes[..at];
            case 7:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 8:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 9:
                random.NextBytes(bytes.AsSpan(at, length));
                return bytes;
            case 10:
                return [.. bytes[..at], .. Number(random), .. bytes[at..]];
            default:
                var other = corpus.Sibling(name, random);
                var from = random.Next(other.Length);
                return [.. bytes[..at], .. other[from..]];
        }
    }

    /// <summary>Returns a number at which lengths and sizes go wrong, in one of the widths and orders of bytes.</summary>
    static byte[] Number(Random random)
    {
        var value = Telling[random.Next(Telling.Length)];
        var bytes = new byte[4];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        if (random.Next(2) == 0)
            return bytes;
        if (value > ushort.MaxValue)
            return bytes[..2];
        return random.Next(2) == 0 ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value];
    }

    static byte[] Put(byte[] bytes, int at, byte[] word)
    {
        word.AsSpan(0, Math.Min(word.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    /// <summary>Makes the checksum of every chunk of a PNG agree with it.</summary>
    static void CorrectChecksums(byte[] bytes)
    {
        const int Around = 12;
        for (var at = 8; at + Around <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
            if (length > bytes.Length - at - Around)
                return;
            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(end), Crc(bytes.AsSpan(at + 4, 4 + (int)length)));
            at = end + 4;
        }
    }

    static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        return ~crc;
    }
}
