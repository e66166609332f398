using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>One view, laid over the frame.</summary>
sealed class OverlayPainter(Model model, ExplanationOptions explanation, PictureSettings settings) : PicturePainter(model, explanation, settings)
{
    readonly PictureSettings _settings = settings;
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
            For(frame, found.Rectangle).Blend(frame, _map.Of(found), target);
            return;
        }
        frame.CopyTo(target.Part(0, 0, frame.Width, frame.Height));
        if (target.Width > frame.Width) frame.CopyTo(target.Part(target.Width - frame.Width, 0, frame.Width, frame.Height));
    }

    Overlay For(in I420 frame, SourceRectangle rectangle)
    {
        var fitted = (frame.Width, frame.Height, rectangle);
        if (_overlay is not null && _fitted == fitted) return _overlay;
        _fitted = fitted;
        return _overlay = new Overlay(frame.Width, frame.Height, _map.Size, rectangle, _map.HasColours ? null : _settings.Colours, _settings.Opacity, _settings.Mode);
    }
}
