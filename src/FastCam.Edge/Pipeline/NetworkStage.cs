using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>
/// Pre-processes a frame and runs the pass that makes its maps. In every-frame delivery each frame goes on with its own map; in live delivery
/// the newest map is left for the overlay to pick up.
/// </summary>
sealed class NetworkStage(
    Explainer explainer, ExplanationPool pool, StreamSettings settings, StreamMeter meter, Ledger ledger, StageQueue<FramePacket> queue,
    OverlayStage overlay, Action<Exception> failed)
    : StageThread<FramePacket>("network", queue, failed)
{
    const int MostFailuresInARow = 10;

    int _failuresInARow;

    /// <summary>The last pass that failed, if any did.</summary>
    public ModelException? LastFailure { get; private set; }

    /// <summary>Called before each pass; tests slow it down or break it here.</summary>
    public Action<Frame>? BeforePass { get; set; }

    bool IsLive => settings.Delivery == Delivery.Live;

    protected override void Process(FramePacket packet)
    {
        var frame = packet.Frame;
        frame.Stage = FrameStage.Network;
        var explanation = pool.Rent();
        try
        {
            explanation.Value.Sequence = frame.Sequence;
            explanation.Value.CaptureTimestamp = frame.CaptureTimestamp;
            explanation.Value.PresentationTime = frame.PresentationTime;
            BeforePass?.Invoke(frame);
            explainer.Explain(frame.AsI420(), settings.Fit, explanation.Value);
            _failuresInARow = 0;
        }
        catch (Exception e)
        {
            explanation.Release();
            Discard(packet);
            if (e is not ModelException failure || ++_failuresInARow >= MostFailuresInARow)
                throw;
            LastFailure = failure;
            meter.Failed();
            return;
        }
        meter.Explained(explanation.Value);
        if (IsLive)
        {
            overlay.SetNewest(explanation);
            packet.Release();
        }
        else
        {
            overlay.Queue.Write(packet with { Explanation = explanation });
        }
    }

    protected override void Discard(FramePacket packet)
    {
        if (!IsLive)
            ledger.Dropped(packet.Frame.Sequence, DropReason.NetworkFailed);
        packet.Release();
    }

    protected override void Finish()
    {
        if (!IsLive)
            overlay.Queue.Complete();
    }
}
