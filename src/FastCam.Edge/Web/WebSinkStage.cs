using FastCam.Edge.Pipeline;
using FastCam.Saliency.Resampling;
using FastCam.Video.Accounting;
using FastCam.Video.Jpeg;

namespace FastCam.Edge.Web;

/// <summary>
/// Encodes each frame once and publishes it to the pages that watch, which draw the maps themselves. A published frame counts as delivered:
/// each viewer has an account of its own.
/// </summary>
sealed class WebSinkStage(LiveHub hub, IReadOnlyList<MapSize> maps, LedgerAccount account, bool mayDrop, Action<Exception> failed)
    : SinkStage(account.Sink, account, mayDrop, failed)
{
    const int Quality = 82;

    readonly EncodedFramePool _pool = new();
    readonly JpegEncoder _jpeg = new();

    public override bool WantsOverlay => false;

    protected override void Process(FramePacket packet)
    {
        try
        {
            if (hub.HasViewers)
                Publish(packet);
            Account.Delivered(packet.Frame.Sequence);
        }
        catch
        {
            Account.Dropped(packet.Frame.Sequence, DropReason.SinkFailed);
            throw;
        }
        finally
        {
            packet.Release();
        }
    }

    void Publish(in FramePacket packet)
    {
        var encoded = _pool.Rent();
        try
        {
            encoded.Sequence = packet.Frame.Sequence;
            encoded.End(FrameMessage.Write(encoded.Begin(FrameMessage.Capacity(packet.Frame.Format, maps)), packet, maps, _jpeg, Quality));
        }
        catch
        {
            encoded.Release();
            throw;
        }
        hub.Publish(encoded);
    }

    protected override void Finish()
    {
    }

    public override void Dispose() => _jpeg.Dispose();
}
