using System.Globalization;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>Draws what the settings ask for, with what must be said beside it. Made for one stream: one thread at a time; 0 managed bytes a frame of the same size and fit.</summary>
abstract class PicturePainter
{
    readonly PictureSettings _settings;
    readonly string? _note;
    (Legend Legend, int Width, int Height)? _legend;

    protected PicturePainter(Model model, ExplanationOptions explanation, PictureSettings settings)
    {
        _settings = settings;
        Layers = [.. model.Taps.Select(tap => new LegendLayer(tap.Name, tap.Width, tap.Height, tap.Channels))];
        if (explanation.Smoothing > TimeSpan.Zero) _note = string.Create(CultureInfo.InvariantCulture, $"smoothed: half-life {explanation.Smoothing.TotalSeconds:0.###} s");
    }

    public static PicturePainter Create(Model model, ExplanationOptions explanation, PictureSettings settings) =>
        settings.View.Kind == ViewKind.Sheet ? new SheetPainter(model, explanation, settings) : new OverlayPainter(model, explanation, settings);

    /// <summary>What a legend says of the layers, finest first.</summary>
    protected IReadOnlyList<LegendLayer> Layers { get; }

    /// <summary>The size of what is drawn over frames of one size.</summary>
    public abstract FrameFormat SizeFor(FrameFormat frame);

    /// <summary>Draws one picture.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">Its explanation; null where there is none yet.</param>
    /// <param name="target">The picture, of <see cref="SizeFor"/>.</param>
    public void Paint(in I420 frame, FrameExplanation? found, in I420 target)
    {
        Draw(frame, found, target);
        if (_settings.Legend && _settings.View.Kind != ViewKind.Sheet) LegendFor(target).Draw(target);
        if (_note is null) return;
        var scale = TextPainter.ScaleFor(target.Width, target.Height);
        TextPainter.Draw(target, _note, 4 * scale, target.Height - TextPainter.Measure(_note.Length, scale).Height - 4 * scale, scale);
    }

    protected abstract void Draw(in I420 frame, FrameExplanation? found, in I420 target);

    Legend LegendFor(in I420 target)
    {
        if (_legend is not { } made || (made.Width, made.Height) != (target.Width, target.Height))
        {
            var legend = _settings.View.Kind == ViewKind.Lovi
                ? Legend.ForLayers(target.Width, target.Height, Layers)
                : Legend.ForColours(target.Width, target.Height, _settings.Colours, $"{_settings.View}");
            _legend = made = (legend, target.Width, target.Height);
        }
        return made.Legend;
    }
}
