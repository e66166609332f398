using System.Globalization;

namespace FastCam.Saliency;

/// <summary>
/// What the colours of a picture mean, in its lower right corner: a colour map as a bar from 0 to 1, or for LOVI which hue is
/// which layer. It is drawn once, in letters that suit the picture's size, and then only copied. No call allocates.
/// </summary>
public sealed class Legend
{
    /// <summary>All in font pixels, all even: a swatch must begin on an even pixel at any scale.</summary>
    const int Padding = 4, Line = 12, Swatch = 8, TextColumn = 14, BarWidth = 128, Margin = 4;

    const int LongestLine = 44;

    const byte Background = 0;

    readonly int _width;
    readonly int _height;
    readonly PinnedPicture _block;

    Legend(int width, int height, PinnedPicture block) => (_width, _height, _block) = (width, height, block);

    /// <summary>The legend of a colour map: a bar of all its colours with 0, 0.5 and 1 below.</summary>
    /// <param name="width">The width of the pictures that it will be drawn on.</param>
    /// <param name="height">Their height.</param>
    /// <param name="colours">The colour map.</param>
    /// <param name="title">One line above, such as "saliency"; it is shortened to the bar's width.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static Legend ForColours(int width, int height, ColourMap colours, string title)
    {
        ArgumentNullException.ThrowIfNull(colours);
        var scale = Scale(width, height);
        var block = Block(BarWidth + 2 * Padding, 3, scale);
        WriteLine(block, TextPainter.Shorten(title, BarWidth / TextPainter.Advance), Padding, 0, scale);
        for (var x = 0; x < BarWidth; x += 2)
        {
            var colour = colours.Rgb.Slice(3 * (x * 255 / (BarWidth - 2)), 3);
            block.View.Part((Padding + x) * scale, (Padding + Line) * scale, 2 * scale, Swatch * scale).Fill(colour[0], colour[1], colour[2]);
        }

        foreach (var tick in (ReadOnlySpan<double>)[0, 0.5, 1])
        {
            var text = tick.ToString(CultureInfo.InvariantCulture);
            WriteLine(block, text, Padding + (int)(tick * (BarWidth - TextPainter.Advance * text.Length)), 2, scale);
        }

        return new Legend(width, height, block);
    }

    /// <summary>The legend of a LOVI picture: the hue of each layer with its name and size, and what white means.</summary>
    /// <param name="width">The width of the pictures that it will be drawn on.</param>
    /// <param name="height">Their height.</param>
    /// <param name="layers">The layers, finest first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static Legend ForLayers(int width, int height, IReadOnlyList<LegendLayer> layers)
    {
        ArgumentNullException.ThrowIfNull(layers);
        var scale = Scale(width, height);
        var fitting = (width / scale - 2 * Margin - TextColumn - 2 * Padding) / TextPainter.Advance;
        List<string> lines = [.. layers.Select((layer, index) => layer.Line(index + 1, Math.Min(fitting, LongestLine))), "grey to white: all alike"];
        var block = Block(TextColumn + 2 * Padding + TextPainter.Advance * lines.Max(line => line.Length), lines.Count, scale);
        for (var line = 0; line < lines.Count; line++)
        {
            var (red, green, blue) = line < layers.Count ? Lovi.Colour(line, layers.Count) : ((byte)255, (byte)255, (byte)255);
            block.View.Part(Padding * scale, (Padding + line * Line) * scale, Swatch * scale, Swatch * scale).Fill(red, green, blue);
            WriteLine(block, lines[line], TextColumn, line, scale);
        }

        return new Legend(width, height, block);
    }

    /// <summary>Draws the legend. A picture smaller than it shows its upper left part.</summary>
    /// <param name="picture">A picture of the size given when the legend was made.</param>
    /// <exception cref="ArgumentException">It is of another size.</exception>
    public void Draw(in I420 picture)
    {
        picture.ThrowIfNot(_width, _height, nameof(picture));
        var (width, height) = (Math.Min(_block.View.Width, _width), Math.Min(_block.View.Height, _height));
        var margin = Margin * Scale(_width, _height);
        // Even, so that luma and chroma agree.
        var (x, y) = (Math.Max(0, _width - width - margin) & ~1, Math.Max(0, _height - height - margin) & ~1);
        _block.View.Part(0, 0, width, height).CopyTo(picture.Part(x, y, width, height));
    }

    static int Scale(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return TextPainter.ScaleFor(width, height);
    }

    static PinnedPicture Block(int width, int lines, int scale)
    {
        var block = new PinnedPicture((width + 1) / 2 * 2 * scale, (2 * Padding + lines * Line - (Line - Swatch)) * scale);
        block.View.Fill(Background, Background, Background);
        return block;
    }

    /// <summary>Writes beside the swatch of a line, whose middle is that of the capitals.</summary>
    static void WriteLine(PinnedPicture block, string text, int x, int line, int scale) =>
        TextPainter.Draw(block.View, text, x * scale, (Padding + line * Line - 1) * scale, scale);
}
