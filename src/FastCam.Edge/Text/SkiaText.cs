using System.Text;
using FastCam.Saliency.Overlays;
using SkiaSharp;

namespace FastCam.Edge.Text;

/// <summary>
/// Lines of text in the bundled font, drawn by Skia. Each character is set by itself: the names of tensors and classes need neither ligatures
/// nor writing from right to left, and so no text shaper. Several threads may share it.
/// </summary>
sealed class SkiaText : ITextRenderer
{
    /// <summary>The widest sprite: twice the widest frame. Longer lines are cut off.</summary>
    const int WidestLine = 32768;

    /// <summary>
    /// The font's size as a share of a line's rows. Capitals reach from 0.36 of the size above the middle to as much below it, and descenders
    /// 0.24 further, so that all of them stay within the line.
    /// </summary>
    const double FontShare = 0.8;

    /// <summary>The height of a capital as a share of the font's size.</summary>
    const double CapitalShare = 0.729;

    /// <summary>A line has so many rows for each column of padding beside its text.</summary>
    const int RowsAPadding = 10;

    SkiaText()
    {
    }

    public static SkiaText Shared { get; } = new();

    public int Measure(ReadOnlySpan<char> text, int height)
    {
        using var font = FontFor(height);
        return WidthOf(Place(font, text).Advance, height);
    }

    public TextSprite Render(ReadOnlySpan<char> text, int height)
    {
        using var font = FontFor(height);
        var (glyphs, places, advance) = Place(font, text);
        var width = WidthOf(advance, height);
        using var letters = new SKBitmap(new SKImageInfo(width, height, SKColorType.Alpha8, SKAlphaType.Premul));
        letters.Erase(SKColors.Transparent);
        using var blobs = new SKTextBlobBuilder();
        blobs.AddPositionedRun(glyphs, font, places);
        using (var canvas = new SKCanvas(letters))
        using (var paint = new SKPaint { Color = SKColors.White, IsAntialias = true })
        using (var blob = blobs.Build())
        {
            // The baseline lies on whole pixels, so that the hinted edges of capitals stay sharp.
            var baseline = (int)Math.Round((height + CapitalShare * font.Size) / 2);
            if (blob is not null)
                canvas.DrawText(blob, Padding(height), baseline, paint);
        }
        var coverage = new byte[width * height];
        for (var y = 0; y < height; y++)
            letters.GetPixelSpan().Slice(y * letters.RowBytes, width).CopyTo(coverage.AsSpan(y * width));
        return new TextSprite(width, height, coverage);
    }

    static SKFont FontFor(int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return new SKFont(BundledFont.Typeface, Math.Max(1, (int)(height * FontShare)))
        {
            Subpixel = true,
            Edging = SKFontEdging.Antialias,
            Hinting = SKFontHinting.Normal,
        };
    }

    /// <summary>
    /// Sets the glyphs side by side. Glyph 0 is the box that stands for what the font lacks, and for what is no character at all, such as half
    /// a surrogate pair.
    /// </summary>
    static (ushort[] Glyphs, SKPoint[] Places, float Advance) Place(SKFont font, ReadOnlySpan<char> text)
    {
        var glyphs = new List<ushort>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            glyphs.Add(rune == Rune.ReplacementChar ? (ushort)0 : font.GetGlyph(rune.Value));
        var shown = glyphs.ToArray();
        var widths = font.GetGlyphWidths(shown);
        var places = new SKPoint[shown.Length];
        var advance = 0f;
        for (var i = 0; i < shown.Length; i++)
        {
            places[i] = new SKPoint(advance, 0);
            advance += widths[i];
        }
        return (shown, places, advance);
    }

    static int WidthOf(float advance, int height) => (int)Math.Min(Math.Ceiling(advance) + 2 * Padding(height), WidestLine);

    static int Padding(int height) => Math.Max(1, height / RowsAPadding);
}

/// <summary>The font that comes with the program, so that text looks the same on every machine and no font of the system is needed.</summary>
static class BundledFont
{
    public const string Name = "DejaVu Sans Condensed";

    const string Resource = "font.ttf";

    static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The font; it is read once and lives as long as the process.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    static SKTypeface Load()
    {
        using var file = typeof(BundledFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(file);
        return SKTypeface.FromData(data);
    }
}
