using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>Pre-processing, the forward pass and the maps within it. In every-frame delivery each frame goes on with its own map; in live delivery the newest map is left for the overlay to pick up.</summary>
sealed class NetworkStage(Explainer explainer, ExplanationPool pool, StreamSettings settings, StreamMeter meter, Ledger ledger, StageQueue<Frame> queue, OverlayStage overlay, Action<Exception> failed)
    : StageThread<Frame>("network", queue, failed)
{
    const int MostFailuresInARow = 10;

    int _failuresInARow;

    bool IsLive => settings.Delivery == Delivery.Live;

    protected override void Process(Frame frame)
    {
        frame.Stage = Stage.Network;
        var explanation = pool.Rent();
        try
        {
            explanation.Value.Sequence = frame.Sequence;
            explanation.Value.CaptureTimestamp = frame.CaptureTimestamp;
            explainer.Explain(frame.AsI420(), settings.Fit, explanation.Value);
            _failuresInARow = 0;
        }
        catch (Exception e)
        {
            explanation.Release();
            Discard(frame);
            if (e is not ModelException || ++_failuresInARow >= MostFailuresInARow) throw;
            return;
        }
        meter.Explained(explanation.Value);
        if (IsLive)
        {
            overlay.SetNewest(explanation);
            frame.Release();
        }
        else overlay.Queue.Write(new Picture(frame, explanation, null));
    }

    protected override void Discard(Frame frame)
    {
        if (!IsLive) ledger.Dropped(frame.Sequence, DropReason.NetworkFailed);
        frame.Release();
    }

    protected override void Finish()
    {
        if (!IsLive) overlay.Queue.Complete();
    }
}
