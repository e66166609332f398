using FastCam.Edge.Pipeline;
using FastCam.Saliency.Resampling;
using FastCam.Video.Accounting;
using FastCam.Video.Jpeg;

namespace FastCam.Edge.Web;

/// <summary>Encodes each picture once and publishes it to the pages that watch, which draw the maps themselves. Published is delivered: each viewer has an account of its own.</summary>
sealed class WebSinkStage(LiveHub hub, IReadOnlyList<MapSize> maps, LedgerAccount account, bool mayDrop, Action<Exception> failed)
    : SinkStage(account.Sink, account, mayDrop, failed)
{
    const int Quality = 82;

    readonly EncodedFramePool _pool = new();
    readonly JpegEncoder _jpeg = new();

    public override bool WantsOverlay => false;

    protected override void Process(FramePacket picture)
    {
        try
        {
            if (hub.HasViewers) Publish(picture);
            Account.Delivered(picture.Frame.Sequence);
        }
        catch
        {
            Account.Dropped(picture.Frame.Sequence, DropReason.SinkFailed);
            throw;
        }
        finally
        {
            picture.Release();
        }
    }

    void Publish(in FramePacket picture)
    {
        var encoded = _pool.Rent();
        try
        {
            encoded.Sequence = picture.Frame.Sequence;
            encoded.End(FrameMessage.Write(encoded.Begin(FrameMessage.Capacity(picture.Frame.Format, maps)), picture, maps, _jpeg, Quality));
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
