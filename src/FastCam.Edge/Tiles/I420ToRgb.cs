namespace FastCam.Edge.Tiles;

/// <summary>Planes Y, U and V in full-range BT.601 to interleaved red, green and blue, each chroma sample standing for its two by two pixels.</summary>
static class I420ToRgb
{
    // In 1/65536, as of JPEG.
    const int One = 1 << 16, RedFromV = 91881, GreenFromU = -22554, GreenFromV = -46802, BlueFromU = 116130;

    public static void Convert(ReadOnlySpan<byte> planes, int width, int rows, Span<byte> rgb)
    {
        var chromaWidth = (width + 1) / 2;
        var chroma = chromaWidth * ((rows + 1) / 2);
        for (var y = 0; y < rows; y++)
        {
            var luma = planes.Slice(y * width, width);
            var u = planes.Slice(width * rows + y / 2 * chromaWidth, chromaWidth);
            var v = planes.Slice(width * rows + chroma + y / 2 * chromaWidth, chromaWidth);
            var target = rgb.Slice(3 * y * width, 3 * width);
            for (var x = 0; x < luma.Length; x++)
            {
                var (grey, blueness, redness) = (luma[x] * One + One / 2, u[x / 2] - 128, v[x / 2] - 128);
                target[3 * x] = Byte(grey + RedFromV * redness);
                target[3 * x + 1] = Byte(grey + GreenFromU * blueness + GreenFromV * redness);
                target[3 * x + 2] = Byte(grey + BlueFromU * blueness);
            }
        }
    }

    static byte Byte(int value) => (byte)Math.Clamp(value >> 16, 0, 255);
}
