using FastCam.Onnx.Maps;
using FastCam.Video.Frames;

namespace FastCam.Edge.Packets;

/// <summary>What the network said of a frame, on its way through the stages; several may hold it at once.</summary>
sealed class FrameResult(FrameExplanation explanation) : Pooled<FrameResult>
{
    /// <summary>The frame that it is of; in live delivery that is an older one than the frame it is shown on.</summary>
    public FrameInfo Frame { get; private set; }

    /// <summary>The maps and the most probable classes.</summary>
    public FrameExplanation Explanation => explanation;

    protected override string Description => $"The result of frame {Frame.Sequence}";

    /// <summary>Begins a pass: all else that it holds is filled by the network.</summary>
    public void Begin(in FrameInfo frame) => (Frame, explanation.PresentationTime) = (frame, frame.PresentationTime);
}
