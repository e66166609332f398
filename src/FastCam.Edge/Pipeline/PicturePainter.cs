using System.Globalization;
using FastCam.Edge.Text;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>Draws what the settings ask for, with what must be said beside it. Made for one stream: one thread at a time; 0 managed bytes a frame of the same size and fit.</summary>
abstract class PicturePainter
{
    /// <summary>Between what is written and the edge, in pixels of the smallest pictures.</summary>
    const int Margin = 4;

    readonly PictureSettings _settings;
    readonly string? _note;
    readonly bool _isLettered;
    Lettering? _lettering;

    protected PicturePainter(Model model, ExplanationOptions explanation, PictureSettings settings)
    {
        _settings = settings;
        Layers = [.. model.Taps.Select(tap => new LegendLayer(tap.Name, tap.Width, tap.Height, tap.Channels))];
        if (explanation.Smoothing > TimeSpan.Zero) _note = string.Create(CultureInfo.InvariantCulture, $"smoothed: half-life {explanation.Smoothing.TotalSeconds:0.###} s");
        _isLettered = HasLegend || _note is not null;
    }

    public static PicturePainter Create(Model model, ExplanationOptions explanation, PictureSettings settings) =>
        settings.View.Kind == ViewKind.Sheet ? new SheetPainter(model, explanation, settings) : new OverlayPainter(model, explanation, settings);

    /// <summary>What a legend says of the layers, finest first.</summary>
    protected IReadOnlyList<LegendLayer> Layers { get; }

    /// <summary>A sheet has its legend in a tile.</summary>
    bool HasLegend => _settings.Legend && _settings.View.Kind != ViewKind.Sheet;

    /// <summary>The size of what is drawn over frames of one size.</summary>
    public abstract FrameFormat SizeFor(FrameFormat frame);

    /// <summary>Draws one picture.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">Its explanation; null where there is none yet.</param>
    /// <param name="target">The picture, of <see cref="SizeFor"/>.</param>
    public void Paint(in I420 frame, FrameExplanation? found, in I420 target)
    {
        Draw(frame, found, target);
        if (_isLettered) LetteringFor(target).Draw(target);
    }

    protected abstract void Draw(in I420 frame, FrameExplanation? found, in I420 target);

    /// <summary>Nothing before this knows of a font, so that a stream without letters does not load what draws them.</summary>
    Lettering LetteringFor(in I420 target)
    {
        if (_lettering is { } made && (made.Width, made.Height) == (target.Width, target.Height)) return made;
        var legend = !HasLegend ? null
            : _settings.View.Kind == ViewKind.Lovi ? Legend.ForLayers(target.Width, target.Height, Layers, SkiaText.Shared)
            : Legend.ForColours(target.Width, target.Height, _settings.Colours, $"{_settings.View}", SkiaText.Shared);
        var scale = TextFit.ScaleFor(target.Width, target.Height);
        var note = _note is null ? null : SkiaText.Shared.Render(_note, TextFit.LineHeight(scale));
        return _lettering = new Lettering(target.Width, target.Height, legend, note, Margin * scale);
    }

    /// <summary>What is written on pictures of one size.</summary>
    sealed record Lettering(int Width, int Height, Legend? Legend, TextSprite? Note, int Margin)
    {
        public void Draw(in I420 target)
        {
            Legend?.Draw(target);
            Note?.Draw(target, Margin, Height - Note.Height - Margin);
        }
    }
}
