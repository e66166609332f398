namespace FastCam.Saliency.Overlays;

/// <summary>Draws lines of text. This library has no font: whoever makes a legend or a sheet brings one.</summary>
public interface ITextRenderer
{
    /// <summary>The columns that a line takes, its backing included.</summary>
    /// <param name="text">Any text; what the font lacks counts as the box that stands for it.</param>
    /// <param name="height">The rows of the line, its backing included, at least 1.</param>
    int Measure(ReadOnlySpan<char> text, int height);

    /// <summary>Draws a line, its capitals in the middle of its rows.</summary>
    /// <param name="text">Any text; what the font lacks, a control character too, is a box.</param>
    /// <param name="height">The rows of the line, its backing included, at least 1.</param>
    /// <returns>A sprite of that height and of the width that was measured.</returns>
    TextSprite Render(ReadOnlySpan<char> text, int height);
}

/// <summary>How large text is on an image, and how it is made to fit.</summary>
public static class TextFit
{
    const string Ellipsis = "…";

    /// <summary>The rows of a line of text on the smallest images, its backing included.</summary>
    const int SmallestLine = 14;

    /// <summary>By how much what is drawn on an image is enlarged to stay readable: 1 up to 539 lines, 2 at 720, 3 at 1080.</summary>
    public static int ScaleFor(int width, int height) => Math.Max(1, (int)Math.Round(Math.Min(width, height) / 360.0));

    /// <summary>The rows of a line of text, its backing included.</summary>
    /// <param name="scale">What <see cref="ScaleFor"/> says of the image.</param>
    public static int LineHeight(int scale) => SmallestLine * scale;

    /// <summary>
    /// The text itself where it is no wider than there is room, and otherwise its two ends with … between: the ends of a tensor's name
    /// tell most.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="room">Columns, the line's backing included.</param>
    /// <param name="renderer">What will draw it.</param>
    /// <param name="height">The rows of its line.</param>
    /// <returns>As much as fits; where not even … does, nothing.</returns>
    public static string Shorten(string text, int room, ITextRenderer renderer, int height)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(renderer);
        if (renderer.Measure(text, height) <= room)
            return text;
        var (fitting, tooMany) = (-1, text.Length);
        while (tooMany - fitting > 1)
        {
            var kept = (fitting + tooMany) / 2;
            if (renderer.Measure(Ends(text, kept), height) <= room)
                fitting = kept;
            else
                tooMany = kept;
        }

        return fitting < 0 ? "" : Ends(text, fitting);
    }

    /// <summary>So many characters of both ends, one fewer at an end where that would cut a surrogate pair.</summary>
    static string Ends(string text, int characters)
    {
        var (head, tail) = ((characters + 1) / 2, text.Length - characters / 2);
        if (head > 0 && char.IsHighSurrogate(text[head - 1]))
            head--;
        if (tail < text.Length && char.IsLowSurrogate(text[tail]))
            tail++;
        return string.Concat(text.AsSpan(0, head), Ellipsis, text.AsSpan(tail));
    }
}
