using System.Globalization;
using FastCam.Edge.Text;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Video.Frames;

namespace FastCam.Edge.Overlays;

/// <summary>
/// Draws the overlay that the settings describe, with its legend and notes. Each stream has a painter of its own. One thread at a time; it
/// allocates nothing while size and fit of the frames stay the same.
/// </summary>
abstract class FramePainter
{
    /// <summary>The distance of text from the edge, in pixels of the smallest overlays.</summary>
    const int Margin = 4;

    readonly OverlaySettings _settings;
    readonly string? _note;
    readonly bool _isLettered;
    Lettering? _lettering;

    protected FramePainter(Model model, ExplanationOptions explanation, OverlaySettings settings)
    {
        _settings = settings;
        Layers = [.. model.ScaleEnds.Select(end => new LegendLayer(end.Name, end.Width, end.Height, end.Channels))];
        if (explanation.Smoothing > TimeSpan.Zero)
            _note = string.Create(CultureInfo.InvariantCulture, $"smoothed: half-life {explanation.Smoothing.TotalSeconds:0.###} s");
        _isLettered = HasLegend || _note is not null;
    }

    public static FramePainter Create(Model model, ExplanationOptions explanation, OverlaySettings settings) =>
        settings.View.Kind == ViewKind.Sheet ? new SheetPainter(model, explanation, settings) : new OverlayPainter(model, explanation, settings);

    /// <summary>The layers as a legend shows them, finest first.</summary>
    protected IReadOnlyList<LegendLayer> Layers { get; }

    /// <summary>Whether a legend is laid over the frame; a sheet has its legend in a tile.</summary>
    bool HasLegend => _settings.Legend && _settings.View.Kind != ViewKind.Sheet;

    /// <summary>Returns the size of the overlay for frames of one size.</summary>
    public abstract FrameFormat SizeFor(FrameFormat frame);

    /// <exception cref="EdgeException">The overlay of such frames would be larger than a frame may be.</exception>
    public void ThrowUnlessDrawn(FrameFormat frame)
    {
        var size = SizeFor(frame);
        if (size.Width > FrameFormat.MaximumWidth || size.Height > FrameFormat.MaximumHeight)
        {
            throw new EdgeException(
                EdgeFault.BadSetting,
                $"An overlay of {size.Width}×{size.Height} is above {FrameFormat.MaximumWidth}×{FrameFormat.MaximumHeight}; "
                + $"choose another mode for frames of {frame.Width}×{frame.Height}.",
                "mode");
        }
    }

    /// <summary>Draws one overlay.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">Its explanation; null where there is none yet.</param>
    /// <param name="target">The overlay, of the size that <see cref="SizeFor"/> returns.</param>
    public void Paint(in I420 frame, FrameExplanation? found, in I420 target)
    {
        Draw(frame, found, target);
        if (_isLettered)
            LetteringFor(target).Draw(target);
    }

    protected abstract void Draw(in I420 frame, FrameExplanation? found, in I420 target);

    /// <summary>Makes the text. Only this method needs a font, so that a stream without text does not load the library that draws it.</summary>
    Lettering LetteringFor(in I420 target)
    {
        if (_lettering is { } made && (made.Width, made.Height) == (target.Width, target.Height))
            return made;
        var legend = !HasLegend ? null
            : _settings.View.Kind == ViewKind.Lovi ? Legend.ForLayers(target.Width, target.Height, Layers, SkiaText.Shared)
            : Legend.ForColours(target.Width, target.Height, _settings.Colours, $"{_settings.View}", SkiaText.Shared);
        var scale = TextFit.ScaleFor(target.Width, target.Height);
        var note = _note is null ? null : SkiaText.Shared.Render(_note, TextFit.LineHeight(scale));
        return _lettering = new Lettering(target.Width, target.Height, legend, note, Margin * scale);
    }

    /// <summary>The text on overlays of one size.</summary>
    sealed record Lettering(int Width, int Height, Legend? Legend, TextSprite? Note, int Margin)
    {
        public void Draw(in I420 target)
        {
            Legend?.Draw(target);
            Note?.Draw(target, Margin, Height - Note.Height - Margin);
        }
    }
}

/// <summary>Draws one view over the frame.</summary>
sealed class OverlayPainter(Model model, ExplanationOptions explanation, OverlaySettings settings) : FramePainter(model, explanation, settings)
{
    readonly OverlaySettings _settings = settings;
    readonly ViewMap _map = new(settings.View, model, explanation);
    Overlay? _overlay;
    (int Width, int Height, SourceRectangle Rectangle) _fitted;

    public override FrameFormat SizeFor(FrameFormat frame)
    {
        var (width, height) = Overlay.SizeOf(_settings.Mode, frame.Width, frame.Height);
        return new FrameFormat(width, height);
    }

    protected override void Draw(in I420 frame, FrameExplanation? found, in I420 target)
    {
        if (found is not null)
        {
            For(frame, found.Rectangle).Blend(frame, _map.Draw(found), target);
            return;
        }
        frame.CopyTo(target.Part(0, 0, frame.Width, frame.Height));
        if (target.Width > frame.Width)
            frame.CopyTo(target.Part(target.Width - frame.Width, 0, frame.Width, frame.Height));
    }

    Overlay For(in I420 frame, SourceRectangle rectangle)
    {
        var fitted = (frame.Width, frame.Height, rectangle);
        if (_overlay is not null && _fitted == fitted)
            return _overlay;
        _fitted = fitted;
        return _overlay = new Overlay(
            frame.Width, frame.Height, _map.Size, rectangle, _map.HasColours ? null : _settings.Colours, _settings.Opacity, _settings.Mode);
    }
}

/// <summary>Draws the input as the network sees it and every map of it, side by side.</summary>
sealed class SheetPainter : FramePainter
{
    const int SmallestWithLegend = 16;

    readonly Sheet _sheet;
    readonly ViewMap[] _maps;
    readonly ColourMap _colours;

    public SheetPainter(Model model, ExplanationOptions explanation, OverlaySettings settings) : base(model, explanation, settings)
    {
        _colours = settings.Colours;
        var layers = model.ScaleEnds.Count;
        List<(View View, SheetTile Tile)> views =
        [
            .. model.ScaleEnds.Select((end, layer) => (
                new View(ViewKind.Layer, layer),
                new SheetTile($"layer{layer + 1}  {end.Width}×{end.Height}×{end.Channels}", Lovi.Colour(layer, layers)))),
            (new View(ViewKind.Combined), new SheetTile("combined")),
            (new View(ViewKind.Lovi), new SheetTile("lovi")),
        ];
        if (explanation.ClassMap is { } method)
        {
            views.AddRange(
            [
                (
                    new View(ViewKind.Class),
                    new SheetTile($"class ({method}): {(explanation.Class is { } index ? model.LabelOf(index) : "the top one")}")),
                (new View(ViewKind.FastCam), new SheetTile("fast-cam")),
                (new View(ViewKind.NonClass), new SheetTile("non-class")),
            ]);
        }
        _maps = [.. views.Select(view => new ViewMap(view.View, model, explanation))];
        List<SheetTile> tiles = [new SheetTile("input"), .. views.Select(view => view.Tile)];
        if (settings.Legend)
            tiles.Add(new SheetTile("colours, and the hues of lovi"));
        _sheet = new Sheet(model.Input.Size, tiles, SkiaText.Shared);
        if (!settings.Legend || model.Input.Height < SmallestWithLegend)
            return;
        var tile = _sheet.Tile(tiles.Count - 1);
        var half = tile.Height / 4 * 2; // Chroma is at half size, so the height must be even.
        Legend.ForColours(tile.Width, half, settings.Colours, "saliency", SkiaText.Shared).Draw(tile.Part(0, 0, tile.Width, half));
        Legend.ForLayers(tile.Width, tile.Height - half, Layers, SkiaText.Shared).Draw(tile.Part(0, half, tile.Width, tile.Height - half));
    }

    public override FrameFormat SizeFor(FrameFormat frame) => new(_sheet.Width, _sheet.Height);

    protected override unsafe void Draw(in I420 frame, FrameExplanation? found, in I420 target)
    {
        _sheet.DrawFrame(0, frame, found?.Rectangle ?? new SourceRectangle(0, 0, frame.Width, frame.Height));
        if (found is not null)
        {
            for (var i = 0; i < _maps.Length; i++)
                _sheet.DrawMap(1 + i, _maps[i].Draw(found), _maps[i].Size, _maps[i].HasColours ? null : _colours);
        }
        fixed (byte* pixels = _sheet.Pixels)
            I420.Packed(pixels, _sheet.Width, _sheet.Height).CopyTo(target);
    }
}
