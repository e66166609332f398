namespace FastCam.Saliency;

/// <summary>Writes a line of text on a picture in a small bitmap font: white letters, and the picture darkened behind them. No call allocates.</summary>
public static unsafe class TextPainter
{
    /// <summary>Font pixels from one character to the next.</summary>
    internal const int Advance = BitmapFont.Width + 1;

    /// <summary>The height of a line of text in font pixels, its backing included.</summary>
    internal const int LineHeight = BitmapFont.Height + 2;

    const byte White = 235;

    /// <summary>0.3: what the backing keeps of the picture.</summary>
    const int BackingKeep = 77;

    /// <summary>Picture pixels a font pixel that are readable on a picture of some size: 1 up to 539 lines, 2 at 720, 3 at 1080.</summary>
    public static int ScaleFor(int width, int height) => Math.Max(1, (int)Math.Round(Math.Min(width, height) / 360.0));

    /// <summary>The picture pixels that a line takes, its backing included.</summary>
    public static (int Width, int Height) Measure(int characters, int scale) => ((characters * Advance + 1) * scale, LineHeight * scale);

    /// <summary>Writes one line.</summary>
    /// <param name="picture">The picture; what does not fit is clipped.</param>
    /// <param name="text">The text. ASCII and × … – · have letters; any other character becomes a box.</param>
    /// <param name="x">The left edge of the backing, even or odd, possibly outside.</param>
    /// <param name="y">Its upper edge.</param>
    /// <param name="scale">Picture pixels a font pixel, at least 1.</param>
    public static void Draw(in I420 picture, ReadOnlySpan<char> text, int x, int y, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        var (width, height) = Measure(text.Length, scale);
        Darken(picture.Y, picture.StrideY, Clip(x, width, picture.Width), Clip(y, height, picture.Height), 0);
        var (columns, rows) = (Clip(x / 2, (width + 1) / 2, picture.ChromaWidth), Clip(y / 2, (height + 1) / 2, picture.ChromaHeight));
        Darken(picture.U, picture.StrideUV, columns, rows, Bt601.Neutral);
        Darken(picture.V, picture.StrideUV, columns, rows, Bt601.Neutral);
        for (var i = 0; i < text.Length; i++)
            Draw(in picture, BitmapFont.Glyph(text[i]), x + (1 + i * Advance) * scale, y + scale, scale);
    }

    /// <summary>The text itself where it is no longer than that, and otherwise its two ends with … between: the ends of a tensor's name tell most.</summary>
    public static string Shorten(string text, int characters)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length <= characters)
            return text;
        if (characters <= 0)
            return "";
        var end = (characters - 1) / 2;
        return $"{text[..(characters - 1 - end)]}…{text[^end..]}";
    }

    static void Draw(in I420 picture, ReadOnlySpan<byte> glyph, int x, int y, int scale)
    {
        for (var row = 0; row < BitmapFont.Height; row++)
        {
            for (var column = 0; column < BitmapFont.Width; column++)
            {
                if ((glyph[row] >> (BitmapFont.Width - 1 - column) & 1) != 0)
                    Fill(in picture, x + column * scale, y + row * scale, scale);
            }
        }
    }

    static void Fill(in I420 picture, int x, int y, int side)
    {
        var (columns, rows) = (Clip(x, side, picture.Width), Clip(y, side, picture.Height));
        for (var row = rows.Start; row < rows.End; row++)
            new Span<byte>(picture.Y + (nint)row * picture.StrideY + columns.Start, columns.End - columns.Start).Fill(White);
    }

    static void Darken(byte* plane, int stride, (int Start, int End) columns, (int Start, int End) rows, int dark)
    {
        for (var row = rows.Start; row < rows.End; row++)
        {
            foreach (ref var sample in new Span<byte>(plane + (nint)row * stride + columns.Start, columns.End - columns.Start))
                sample = (byte)(dark + (sample - dark) * BackingKeep / 256);
        }
    }

    static (int Start, int End) Clip(int start, int length, int limit)
    {
        var first = Math.Clamp(start, 0, limit);
        return (first, Math.Clamp(start + length, first, limit));
    }
}
