using System.Text;
using FastCam.Edge.Text;
using FastCam.Saliency.Overlays;
using FastCam.Video;
using ScottPlot;
using SkiaSharp;

namespace FastCam.Lab.Plots;

/// <summary>A white sheet with plots and lines of text, in the bundled font. It owns its plots.</summary>
sealed class Figure : IDisposable
{
    public const float TextSize = 16;
    public const float TitleSize = 20;
    public const float LineWidth = 2.5f;

    public static readonly Color Ink = Color.FromHex("#282828");
    public static readonly Color GridLine = Color.FromHex("#E1E1E1");

    /// <summary>The rows of a line over the size of its font, as <see cref="SkiaText"/> has them.</summary>
    const float LineShare = 1.25f;

    /// <summary>The plot library centres the line of a label, and the font's capitals lie this far above the middle of theirs.</summary>
    public const float Lowering = 3;

    /// <summary>U+25A1 stands for what no line of text can show.</summary>
    const char Box = '□';

    readonly List<(Plot Plot, PixelRect Place)> _panels = [];

    /// <summary>Makes the plot library take every font from the resolver, so that no font of the system is used.</summary>
    static Figure()
    {
        Fonts.FontResolvers.Clear();
        Fonts.FontResolvers.Add(new BundledFontResolver());
        Fonts.Default = Fonts.Sans = Fonts.Serif = Fonts.Monospace = BundledFont.Name;
    }

    public Figure(int width, int height) => (Width, Height) = (width, height);

    public int Width { get; }

    public int Height { get; }

    /// <summary>The plots in the order in which they were added, lines of text among them.</summary>
    public IEnumerable<Plot> Panels => _panels.Select(panel => panel.Plot);

    /// <summary>Returns the width of a line of text in pixels.</summary>
    public static int WidthOf(string text, float size) => SkiaText.Shared.Measure(text, Rows(size));

    /// <summary>Adds a plot.</summary>
    /// <param name="left">Its left edge, which is that of its labels.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="padding">The part of these that its axes and labels take.</param>
    public Plot AddPanel(int left, int top, int width, int height, PixelPadding padding)
    {
        var plot = new Plot();
        _panels.Add((plot, new PixelRect(left, left + width, top + height, top)));
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Layout.Fixed(padding);
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        plot.Grid.MajorLineColor = GridLine;
        plot.Axes.Color(Ink);
        plot.Axes.Right.FrameLineStyle.IsVisible = plot.Axes.Top.FrameLineStyle.IsVisible = false;
        foreach (var axis in plot.Axes.GetAxes())
        {
            axis.TickLabelStyle.FontSize = axis.Label.FontSize = TextSize;
            axis.Label.Bold = false;
        }
        plot.Axes.Left.TickLabelStyle.OffsetY = plot.Axes.Right.TickLabelStyle.OffsetY = Lowering;
        return plot;
    }

    /// <summary>Writes a line of text, shortened in its middle to the room that there is.</summary>
    public void AddText(int left, int top, int width, string text, float size)
    {
        var plot = AddPanel(left, top, width, Rows(size), default);
        plot.HideAxesAndGrid();
        var line = plot.Add.Annotation(TextFit.Shorten(Shown(text), width, SkiaText.Shared, Rows(size)), Alignment.MiddleLeft);
        (line.OffsetX, line.OffsetY) = (0, 0);
        line.LabelFontSize = size;
        line.LabelFontColor = Ink;
        line.LabelBackgroundColor = line.LabelBorderColor = line.LabelShadowColor = Colors.Transparent;
    }

    /// <summary>Draws everything; the caller disposes of the image.</summary>
    public SKImage Draw()
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(SKColors.White);
        foreach (var (plot, place) in _panels)
            plot.Render(surface.Canvas, place);
        return surface.Snapshot();
    }

    /// <exception cref="MediaException">The file cannot be written.</exception>
    public void SavePng(string path)
    {
        using var image = Draw();
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        try
        {
            File.WriteAllBytes(path, png.ToArray());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var (plot, _) in _panels)
            plot.Dispose();
    }

    static int Rows(float size) => (int)Math.Round(size * LineShare);

    /// <summary>Returns the text on one line, with a box for each character that has no form: names come from files.</summary>
    static string Shown(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            shown.Append(Rune.IsControl(rune) || rune == Rune.ReplacementChar ? new Rune(Box) : rune);
        return shown.ToString();
    }
}

/// <summary>Returns the bundled font, whatever is asked for.</summary>
sealed class BundledFontResolver : IFontResolver
{
    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => BundledFont.Typeface;

    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => BundledFont.Typeface;
}
