using FastCam.Video.Frames;

namespace FastCam.Video.Sources;

/// <summary>A disc of one colour that bounces off the picture's edges below the bar code.</summary>
readonly struct Disc
{
    readonly int _radius;
    readonly int _stepX;
    readonly int _stepY;
    readonly byte _y;
    readonly byte _u;
    readonly byte _v;

    /// <param name="format">The picture.</param>
    /// <param name="radius">As a part of the height.</param>
    /// <param name="stepX">How far it moves a frame, as a percentage of the width.</param>
    /// <param name="stepY">How far it moves a frame, as a percentage of the height.</param>
    /// <param name="y">Colour.</param>
    /// <param name="u">Colour.</param>
    /// <param name="v">Colour.</param>
    public Disc(FrameFormat format, double radius, double stepX, double stepY, byte y, byte u, byte v)
    {
        _radius = (int)(Math.Min(format.Width, format.Height) * radius);
        _stepX = Math.Max(1, (int)(format.Width * stepX / 100));
        _stepY = Math.Max(1, (int)(format.Height * stepY / 100));
        (_y, _u, _v) = (y, u, v);
    }

    public void Draw(FrameFormat format, Span<byte> pixels, long sequence)
    {
        var top = BarCode.HeightIn(format);
        var x = _radius + Bounce(sequence, _stepX, format.Width - 2 * _radius);
        var y = top + _radius + Bounce(sequence, _stepY, format.Height - top - 2 * _radius);
        var (luma, chroma) = (format.LumaByteCount, format.ChromaByteCount);
        Fill(pixels[..luma], format.Width, x, y, _radius, _y);
        Fill(pixels.Slice(luma, chroma), format.ChromaWidth, x / 2, y / 2, _radius / 2, _u);
        Fill(pixels[(luma + chroma)..], format.ChromaWidth, x / 2, y / 2, _radius / 2, _v);
    }

    static void Fill(Span<byte> plane, int stride, int x, int y, int radius, byte value)
    {
        for (var dy = -radius; dy < radius; dy++)
        {
            var half = (int)Math.Sqrt(radius * radius - dy * dy);
            plane.Slice((y + dy) * stride + x - half, 2 * half).Fill(value);
        }
    }

    // 0 up to range and back, for ever.
    static int Bounce(long sequence, int step, int range)
    {
        var at = (int)(sequence % (2L * range) * step % (2L * range));
        return at < range ? at : 2 * range - at;
    }
}
