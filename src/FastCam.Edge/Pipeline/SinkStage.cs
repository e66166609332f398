using FastCam.Video.Accounting;
using FastCam.Video.Sinks;

namespace FastCam.Edge.Pipeline;

/// <summary>One sink on a thread of its own, with its own queue, so that a slow sink does not hold up the others.</summary>
abstract class SinkStage : StageThread<FramePacket>, IDisposable
{
    const int LiveQueue = 3;
    const int EveryFrameQueue = 256;

    readonly LedgerAccount _account;

    /// <param name="name">The display name.</param>
    /// <param name="account">The sink's account in the source's ledger.</param>
    /// <param name="mayDrop">Whether the oldest packet may make room for a newer one, as in live delivery.</param>
    /// <param name="failed">Called with the first error.</param>
    protected SinkStage(string name, LedgerAccount account, bool mayDrop, Action<Exception> failed)
        : base(name, new StageQueue<FramePacket>(mayDrop ? LiveQueue : EveryFrameQueue, mayDrop ? Behind(account) : null), failed)
    {
        _account = account;
        Holds = mayDrop ? LiveQueue + 2 : 2;
    }

    /// <summary>Whether the map is to be drawn on the frame for this sink.</summary>
    public abstract bool WantsOverlay { get; }

    /// <summary>The number of frames that the sink may hold at once; the pools are larger by it.</summary>
    public int Holds { get; }

    public LedgerAccount Account => _account;

    protected override void Discard(FramePacket packet)
    {
        _account.Dropped(packet.Frame.Sequence, DropReason.SinkFailed);
        packet.Release();
    }

    static Action<FramePacket> Behind(LedgerAccount account) => packet =>
    {
        account.Dropped(packet.Frame.Sequence, DropReason.SinkBehind);
        packet.Release();
    };

    public abstract void Dispose();
}

/// <summary>Runs a sink of the video library, which gets the frame with the map drawn on it.</summary>
sealed class FrameSinkStage(FrameSink sink, bool mayDrop, Action<Exception> failed) : SinkStage(sink.Name, sink.Account, mayDrop, failed)
{
    public override bool WantsOverlay => sink.WantsOverlay;

    protected override void Process(FramePacket packet)
    {
        try
        {
            sink.Write(packet.Overlay ?? packet.Frame);
        }
        finally
        {
            packet.Release();
        }
    }

    protected override void Finish() => sink.Complete();

    public override void Dispose() => sink.Dispose();
}
