using FastCam.Edge.Packets;
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
    Explainer explainer, Pool<FrameResult> pool, StreamSettings settings, StreamMeter meter, Ledger ledger, StageQueue<FramePacket> queue,
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
        var result = pool.Rent()!;
        try
        {
            result.Begin(frame.Info);
            BeforePass?.Invoke(frame);
            explainer.Explain(frame.AsI420(), settings.Fit, result.Explanation);
            _failuresInARow = 0;
        }
        catch (Exception e)
        {
            result.Release();
            Discard(packet);
            if (e is not ModelException failure || ++_failuresInARow >= MostFailuresInARow)
                throw;
            LastFailure = failure;
            meter.Failed();
            return;
        }
        meter.Explained(result.Explanation);
        if (IsLive)
        {
            overlay.SetNewest(result);
            packet.Release();
        }
        else
        {
            overlay.Queue.Write(packet with { Result = result });
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
