using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Evaluation;

/// <summary>A white sheet for smooth lines, dots and text.</summary>
sealed class PlotCanvas
{
    readonly StillImage _image;

    public PlotCanvas(int width, int height)
    {
        _image = new StillImage(width, height, new byte[3 * width * height]);
        Array.Fill(_image.Pixels, (byte)255);
    }

    public StillImage Image => _image;

    /// <summary>The width of a text in pixels.</summary>
    public static int TextWidth(string text, int scale) => text.Length * (BitmapFont.Width + 1) * scale;

    /// <summary>A straight line between two points, with round ends; of a point to itself a dot.</summary>
    public void Line(double x0, double y0, double x1, double y1, double thickness, PlotColour colour)
    {
        var reach = thickness / 2 + 1;
        var (dx, dy) = (x1 - x0, y1 - y0);
        var length = dx * dx + dy * dy;
        for (var y = Math.Max(0, (int)(Math.Min(y0, y1) - reach)); y <= Math.Min(_image.Height - 1, (int)(Math.Max(y0, y1) + reach)); y++)
        {
            for (var x = Math.Max(0, (int)(Math.Min(x0, x1) - reach)); x <= Math.Min(_image.Width - 1, (int)(Math.Max(x0, x1) + reach)); x++)
            {
                var along = length == 0 ? 0 : Math.Clamp(((x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy) / length, 0, 1);
                var (awayX, awayY) = (x + 0.5 - x0 - along * dx, y + 0.5 - y0 - along * dy);
                Blend(x, y, colour, thickness / 2 + 0.5 - Math.Sqrt(awayX * awayX + awayY * awayY));
            }
        }
    }

    /// <summary>Text from its upper left corner on.</summary>
    public void Text(int left, int top, string text, int scale, PlotColour colour)
    {
        foreach (var character in text)
        {
            var glyph = BitmapFont.Glyph(character);
            for (var i = 0; i < BitmapFont.Height * scale * BitmapFont.Width * scale; i++)
            {
                var (x, y) = (i % (BitmapFont.Width * scale), i / (BitmapFont.Width * scale));
                if ((glyph[y / scale] >> (BitmapFont.Width - 1 - x / scale) & 1) == 1) Blend(left + x, top + y, colour, 1);
            }
            left += (BitmapFont.Width + 1) * scale;
        }
    }

    void Blend(int x, int y, PlotColour colour, double coverage)
    {
        if (coverage <= 0 || x < 0 || y < 0 || x >= _image.Width || y >= _image.Height) return;
        var at = 3 * (y * _image.Width + x);
        Blend(ref _image.Pixels[at], colour.Red, Math.Min(coverage, 1));
        Blend(ref _image.Pixels[at + 1], colour.Green, Math.Min(coverage, 1));
        Blend(ref _image.Pixels[at + 2], colour.Blue, Math.Min(coverage, 1));
    }

    static void Blend(ref byte value, byte colour, double coverage) => value = (byte)Math.Round(value + (colour - value) * coverage);
}

/// <summary>A colour in sRGB.</summary>
readonly record struct PlotColour(byte Red, byte Green, byte Blue);
