using SkiaSharp;

namespace FastCam.Edge.Text;

/// <summary>The font that the program brings, so that text looks the same everywhere and none of the system's is needed.</summary>
static class BundledFont
{
    public const string Name = "DejaVu Sans Condensed";

    const string Resource = "font.ttf";

    static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The font, read once; it lives as long as the process.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    static SKTypeface Load()
    {
        using var file = typeof(BundledFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(file);
        return SKTypeface.FromData(data);
    }
}
