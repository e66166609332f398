using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>Draws what the settings ask for over a frame. Made for one stream: one thread at a time; 0 managed bytes a frame of the same size and fit.</summary>
sealed class PicturePainter(Model model, ExplanationOptions explanation, PictureSettings settings)
{
    readonly ViewMap _map = new(settings.View, model, explanation);
    Overlay? _overlay;
    (int Width, int Height, SourceRectangle Rectangle) _fitted;

    /// <summary>The size of what is drawn over frames of one size.</summary>
    /// <exception cref="CommandException">It is larger than any picture may be.</exception>
    public FrameFormat SizeFor(FrameFormat frame)
    {
        var (width, height) = Overlay.SizeOf(settings.Mode, frame.Width, frame.Height);
        return width <= FrameFormat.MaximumWidth && height <= FrameFormat.MaximumHeight
            ? new FrameFormat(width, height)
            : throw new CommandException(ExitCode.BadOption, $"A picture of {width}×{height} is above {FrameFormat.MaximumWidth}×{FrameFormat.MaximumHeight}; choose another --mode for frames of {frame.Width}×{frame.Height}.");
    }

    /// <summary>Draws one picture.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="found">Its explanation; null where there is none yet.</param>
    /// <param name="target">The picture, of <see cref="SizeFor"/>.</param>
    public void Paint(in I420 frame, FrameExplanation? found, in I420 target)
    {
        if (found is null) Show(frame, target);
        else For(frame, found.Rectangle).Blend(frame, _map.Of(found), target);
    }

    static void Show(in I420 frame, in I420 target)
    {
        for (var x = 0; x + frame.Width <= target.Width; x += Math.Max(target.Width - frame.Width, 1)) frame.CopyTo(target.Part(x, 0, frame.Width, frame.Height));
    }

    Overlay For(in I420 frame, SourceRectangle rectangle)
    {
        var fitted = (frame.Width, frame.Height, rectangle);
        if (_overlay is not null && _fitted == fitted) return _overlay;
        _fitted = fitted;
        return _overlay = new Overlay(frame.Width, frame.Height, _map.Size, rectangle, _map.HasColours ? null : settings.Colours, settings.Opacity, settings.Mode);
    }
}
