using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Tests;

/// <summary>Still images as planes in full-range BT.601, which frames are made of.</summary>
static class Stills
{
    /// <summary>The tests that make libvips fail take turns: it has one place for what went wrong, whichever thread it went wrong on.</summary>
    public const string ThatFail = "stills that fail";

    public static byte[] Planes(this StillImage image)
    {
        var planes = new byte[image.Format.ByteCount];
        I420Conversion.FromRgb(image.Pixels, image.Format, planes);
        return planes;
    }

    public static StillImage FromPlanes(FrameFormat format, ReadOnlySpan<byte> planes)
    {
        var image = new StillImage(format.Width, format.Height, new byte[3 * format.LumaByteCount]);
        I420Conversion.ToRgb(planes, format, image.Pixels);
        return image;
    }

    /// <summary>Has a PNG's header claim a size.</summary>
    public static void ClaimSize(string path, int width, int height)
    {
        var bytes = File.ReadAllBytes(path);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(20), height);
        var crc = uint.MaxValue;
        foreach (var value in bytes.AsSpan(12, 17))
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(29), ~crc);
        File.WriteAllBytes(path, bytes);
    }
}
