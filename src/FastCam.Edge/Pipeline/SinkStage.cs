using FastCam.Video.Accounting;
using FastCam.Video.Sinks;

namespace FastCam.Edge.Pipeline;

/// <summary>One sink on a thread of its own, with its own queue, so that a slow one costs the others nothing.</summary>
abstract class SinkStage : StageThread<FramePacket>, IDisposable
{
    const int LiveQueue = 3;
    const int EveryFrameQueue = 256;

    readonly LedgerAccount _account;

    /// <param name="name">The display name.</param>
    /// <param name="account">The sink's account in the source's ledger.</param>
    /// <param name="mayDrop">Whether the oldest picture may make room for a newer one: live delivery.</param>
    /// <param name="failed">Told of the first error.</param>
    protected SinkStage(string name, LedgerAccount account, bool mayDrop, Action<Exception> failed)
        : base(name, new StageQueue<FramePacket>(mayDrop ? LiveQueue : EveryFrameQueue, mayDrop ? Behind(account) : null), failed)
    {
        _account = account;
        Holds = mayDrop ? LiveQueue + 2 : 2;
    }

    /// <summary>Whether the map is to be drawn on the frame for this sink.</summary>
    public abstract bool WantsOverlay { get; }

    /// <summary>Pictures that the sink may hold at once: how much larger it makes the pools.</summary>
    public int Holds { get; }

    public LedgerAccount Account => _account;

    protected override void Discard(FramePacket picture)
    {
        _account.Dropped(picture.Frame.Sequence, DropReason.SinkFailed);
        picture.Release();
    }

    static Action<FramePacket> Behind(LedgerAccount account) => picture =>
    {
        account.Dropped(picture.Frame.Sequence, DropReason.SinkBehind);
        picture.Release();
    };

    public abstract void Dispose();
}

/// <summary>A sink of the video library: it gets the frame with the map drawn on it.</summary>
sealed class FrameSinkStage(FrameSink sink, bool mayDrop, Action<Exception> failed) : SinkStage(sink.Name, sink.Account, mayDrop, failed)
{
    public override bool WantsOverlay => sink.WantsOverlay;

    protected override void Process(FramePacket picture)
    {
        try
        {
            sink.Write(picture.Overlay ?? picture.Frame);
        }
        finally
        {
            picture.Release();
        }
    }

    protected override void Finish() => sink.Complete();

    public override void Dispose() => sink.Dispose();
}
