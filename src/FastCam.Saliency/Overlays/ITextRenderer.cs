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
