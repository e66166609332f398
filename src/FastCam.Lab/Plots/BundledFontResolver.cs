using FastCam.Edge.Text;
using ScottPlot;
using SkiaSharp;

namespace FastCam.Lab.Plots;

/// <summary>Answers the bundled font, whatever is asked for.</summary>
sealed class BundledFontResolver : IFontResolver
{
    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => BundledFont.Typeface;

    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => BundledFont.Typeface;
}
