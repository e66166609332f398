using FastCam.Saliency.Imaging;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// A line of text as an image of its own: white letters, and what is behind them darkened. It is made once, from letters that an
/// <see cref="ITextRenderer"/> has drawn, and then only blended; blending allocates nothing.
/// </summary>
public sealed unsafe class TextSprite
{
    const byte White = 235;

    /// <summary>0.3 of <see cref="Blending.One"/>: what the backing keeps of the image.</summary>
    const int BackingKeep = 77;

    readonly SpritePlane _luma;

    /// <summary>
    /// A chroma sample stands for two columns and two rows, so what it keeps depends on whether the sprite begins on an odd one: four planes,
    /// by the lowest bits of row and column.
    /// </summary>
    readonly SpritePlane[] _chroma;

    /// <summary>Makes a sprite of letters that were drawn elsewhere.</summary>
    /// <param name="width">Its columns, the backing included.</param>
    /// <param name="height">Its rows, the backing included.</param>
    /// <param name="coverage">Row by row, how much of each pixel lies under a letter, 0..255.</param>
    /// <exception cref="ArgumentException">A size below 1, or not a value for each pixel.</exception>
    public TextSprite(int width, int height, ReadOnlySpan<byte> coverage)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (coverage.Length != (long)width * height)
            throw new ArgumentException($"{coverage.Length} values do not cover {width}×{height} pixels.", nameof(coverage));
        _luma = new SpritePlane(width, height);
        for (var i = 0; i < coverage.Length; i++)
            _luma.Set(i, (BackingKeep * (byte.MaxValue - coverage[i]) + byte.MaxValue / 2) / byte.MaxValue, White * Blending.One * coverage[i] / byte.MaxValue);
        _chroma = [Chroma(0, 0), Chroma(1, 0), Chroma(0, 1), Chroma(1, 1)];
    }

    /// <summary>Columns, the backing included.</summary>
    public int Width => _luma.Width;

    /// <summary>Rows, the backing included.</summary>
    public int Height => _luma.Height;

    /// <summary>Blends the sprite into an image; what does not fit is clipped. The image darkens and loses its colour behind the letters.</summary>
    /// <param name="image">The image.</param>
    /// <param name="x">The backing's left edge, even or odd, possibly outside.</param>
    /// <param name="y">Its upper edge.</param>
    public void Draw(in I420 image, int x, int y)
    {
        _luma.Blend(image.Y, image.StrideY, image.Width, image.Height, x, y);
        var chroma = _chroma[(y & 1) << 1 | x & 1];
        chroma.Blend(image.U, image.StrideUV, image.ChromaWidth, image.ChromaHeight, x >> 1, y >> 1);
        chroma.Blend(image.V, image.StrideUV, image.ChromaWidth, image.ChromaHeight, x >> 1, y >> 1);
    }

    /// <summary>Each sample keeps the mean of what its four pixels keep; those beside the sprite keep all.</summary>
    /// <param name="oddX">1 where the sprite begins on an odd column, otherwise 0.</param>
    /// <param name="oddY">The same of rows.</param>
    SpritePlane Chroma(int oddX, int oddY)
    {
        var plane = new SpritePlane((Width + oddX + 1) / 2, (Height + oddY + 1) / 2);
        for (var i = 0; i < plane.Width * plane.Height; i++)
        {
            var (x, y) = (2 * (i % plane.Width) - oddX, 2 * (i / plane.Width) - oddY);
            var keep = (Keep(x, y) + Keep(x + 1, y) + Keep(x, y + 1) + Keep(x + 1, y + 1) + 2) / 4;
            plane.Set(i, keep, Bt601.Neutral * (Blending.One - keep));
        }

        return plane;
    }

    int Keep(int x, int y) => x >= 0 && x < Width && y >= 0 && y < Height ? _luma.Keep(y * Width + x) : Blending.One;
}

/// <summary>One plane of a <see cref="TextSprite"/>: of each sample, the share that stays and what is added, as <see cref="Blending"/> takes them.</summary>
sealed unsafe class SpritePlane(int width, int height)
{
    readonly ushort[] _keeps = new ushort[width * height];
    readonly ushort[] _addends = new ushort[width * height];

    public int Width => width;

    public int Height => height;

    public int Keep(int index) => _keeps[index];

    /// <summary>Says what becomes of a sample: (sample · keep + addend) / 256, rounded.</summary>
    public void Set(int index, int keep, int addend) => (_keeps[index], _addends[index]) = ((ushort)keep, (ushort)(addend + Blending.Half));

    /// <summary>Blends into a plane of an image, from a place that may lie outside it.</summary>
    public void Blend(byte* plane, int stride, int planeWidth, int planeHeight, int x, int y)
    {
        var (left, right) = (Math.Max(0L, -(long)x), Math.Min(width, (long)planeWidth - x));
        var (top, bottom) = (Math.Max(0L, -(long)y), Math.Min(height, (long)planeHeight - y));
        if (left >= right)
            return;
        var count = (int)(right - left);
        for (var row = top; row < bottom; row++)
        {
            var samples = new Span<byte>(plane + (nint)(y + row) * stride + (nint)(x + left), count);
            var from = (int)(row * width + left);
            Blending.Mix(samples, _keeps.AsSpan(from, count), _addends.AsSpan(from, count), samples);
        }
    }
}
