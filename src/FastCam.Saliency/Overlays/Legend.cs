using System.Globalization;
using FastCam.Saliency.Imaging;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// What the colours of an image mean, in its lower right corner: a colour map as a bar from 0 to 1, or for LOVI which hue is
/// which layer. It is drawn once, in letters that suit the image's size, and then only copied: drawing it allocates nothing.
/// </summary>
public sealed class Legend
{
    /// <summary>In pixels of the smallest images, all even: a swatch must begin on an even pixel at any scale.</summary>
    const int Padding = 4, Line = 14, Swatch = 10, TextColumn = 18, BarWidth = 128, Margin = 4;

    /// <summary>The widest line of text, however wide the image.</summary>
    const int LongestLine = 264;

    const byte Background = 0;

    readonly int _width;
    readonly int _height;
    readonly PinnedImage _block;

    Legend(int width, int height, PinnedImage block) => (_width, _height, _block) = (width, height, block);

    /// <summary>The legend of a colour map: a bar of all its colours with 0, 0.5 and 1 below.</summary>
    /// <param name="width">The width of the images that it will be drawn on.</param>
    /// <param name="height">Their height.</param>
    /// <param name="colours">The colour map.</param>
    /// <param name="title">One line above, such as "saliency"; it is shortened to the bar's width.</param>
    /// <param name="text">What draws the letters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static Legend ForColours(int width, int height, ColourMap colours, string title, ITextRenderer text)
    {
        ArgumentNullException.ThrowIfNull(colours);
        ArgumentNullException.ThrowIfNull(text);
        var scale = Scale(width, height);
        var block = Block(BarWidth + 2 * Padding, 3, scale);
        var lineHeight = TextFit.LineHeight(scale);
        WriteLine(block, text.Render(TextFit.Shorten(title, BarWidth * scale, text, lineHeight), lineHeight), Padding * scale, 0, scale);
        for (var x = 0; x < BarWidth; x += 2)
        {
            var colour = colours.Rgb.Slice(3 * (x * 255 / (BarWidth - 2)), 3);
            block.View.Part((Padding + x) * scale, (Padding + Line) * scale, 2 * scale, Swatch * scale).Fill(colour[0], colour[1], colour[2]);
        }

        foreach (var tick in (ReadOnlySpan<double>)[0, 0.5, 1])
        {
            var label = text.Render(tick.ToString(CultureInfo.InvariantCulture), lineHeight);
            WriteLine(block, label, Padding * scale + (int)(tick * (BarWidth * scale - label.Width)), 2, scale);
        }

        return new Legend(width, height, block);
    }

    /// <summary>The legend of a LOVI image: the hue of each layer with its name and size, and what white means.</summary>
    /// <param name="width">The width of the images that it will be drawn on.</param>
    /// <param name="height">Their height.</param>
    /// <param name="layers">The layers, finest first.</param>
    /// <param name="text">What draws the letters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public static Legend ForLayers(int width, int height, IReadOnlyList<LegendLayer> layers, ITextRenderer text)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(text);
        var scale = Scale(width, height);
        var lineHeight = TextFit.LineHeight(scale);
        var fitting = Math.Min(width - (2 * Margin + TextColumn + Padding) * scale, LongestLine * scale);
        List<TextSprite> lines =
        [
            .. layers.Select((layer, index) => text.Render(layer.Line(index + 1, fitting, text, lineHeight), lineHeight)),
            text.Render("grey to white: all alike", lineHeight),
        ];
        var block = Block(TextColumn + Padding + (lines.Max(line => line.Width) + scale - 1) / scale, lines.Count, scale);
        for (var line = 0; line < lines.Count; line++)
        {
            var (red, green, blue) = line < layers.Count ? Lovi.Colour(line, layers.Count) : ((byte)255, (byte)255, (byte)255);
            block.View.Part(Padding * scale, (Padding + line * Line) * scale, Swatch * scale, Swatch * scale).Fill(red, green, blue);
            WriteLine(block, lines[line], TextColumn * scale, line, scale);
        }

        return new Legend(width, height, block);
    }

    /// <summary>Draws the legend. An image smaller than it shows its upper left part.</summary>
    /// <param name="image">An image of the size given when the legend was made.</param>
    /// <exception cref="ArgumentException">It is of another size.</exception>
    public void Draw(in I420 image)
    {
        image.ThrowIfNot(_width, _height, nameof(image));
        var (width, height) = (Math.Min(_block.View.Width, _width), Math.Min(_block.View.Height, _height));
        var margin = Margin * Scale(_width, _height);
        // Even, so that luma and chroma agree.
        var (x, y) = (Math.Max(0, _width - width - margin) & ~1, Math.Max(0, _height - height - margin) & ~1);
        _block.View.Part(0, 0, width, height).CopyTo(image.Part(x, y, width, height));
    }

    static int Scale(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return TextFit.ScaleFor(width, height);
    }

    static PinnedImage Block(int width, int lines, int scale)
    {
        var block = new PinnedImage((width + 1) / 2 * 2 * scale, (2 * Padding + lines * Line - (Line - Swatch)) * scale);
        block.View.Fill(Background, Background, Background);
        return block;
    }

    /// <summary>Writes beside the swatch of a line, whose middle is that of the capitals.</summary>
    static void WriteLine(PinnedImage block, TextSprite text, int x, int line, int scale) =>
        text.Draw(block.View, x, (Padding + line * Line + Swatch / 2) * scale - text.Height / 2);
}

/// <summary>What a legend says of a layer.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Channels">Its channels.</param>
public sealed record LegendLayer(string Name, int Width, int Height, int Channels)
{
    /// <summary>Number, name and size in so many columns: what must go is taken from the name's middle.</summary>
    internal string Line(int number, int room, ITextRenderer renderer, int height)
    {
        var size = $"{Width}×{Height}×{Channels}";
        var name = TextFit.Shorten(Name, room - renderer.Measure($"{number}  {size}", height), renderer, height);
        return name.Length == 0 ? $"{number} {size}" : $"{number} {name} {size}";
    }
}
