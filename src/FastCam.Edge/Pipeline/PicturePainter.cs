using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Pipeline;

sealed class PicturePainter(Model model, ExplanationOptions explanation, PictureSettings settings)
{
    Overlay? _overlay;
    (int, int, SourceRectangle) _fitted;
    readonly ExplanationOptions _e = explanation;

    public FrameFormat SizeFor(FrameFormat frame) => frame;

    public unsafe void Paint(in I420 frame, FrameExplanation? explanation, in I420 target)
    {
        if (explanation is null) { new ReadOnlySpan<byte>(frame.Y, frame.Width * frame.Height * 3 / 2).CopyTo(new Span<byte>(target.Y, frame.Width * frame.Height * 3 / 2)); return; }
        if (_overlay is null || _fitted != (frame.Width, frame.Height, explanation.Rectangle))
        {
            _fitted = (frame.Width, frame.Height, explanation.Rectangle);
            _overlay = new Overlay(frame.Width, frame.Height, model.Input.Size, explanation.Rectangle, settings.Colours, settings.Opacity);
        }
        _overlay.Blend(frame, explanation.Combined, target);
    }
}
