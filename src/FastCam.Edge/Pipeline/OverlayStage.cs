using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>Draws the map on the frame, once for all the sinks that want it drawn, and passes the packet to every sink.</summary>
sealed class OverlayStage : StageThread<FramePacket>, IDisposable
{
    readonly StreamSettings _settings;
    readonly StreamMeter _meter;
    readonly Ledger _ledger;
    readonly FramePainter _painter;
    readonly SinkStage[] _sinks;
    readonly bool _draws;
    readonly FramePools _pools;
    readonly Lock _gate = new();
    FrameResult? _newest;

    public OverlayStage(
        StreamSettings settings, StreamMeter meter, Ledger ledger, FramePainter painter, SinkStage[] sinks, StageQueue<FramePacket> queue,
        TimeSpan patience, Action<Exception> failed)
        : base("overlay", queue, failed)
    {
        _settings = settings;
        _meter = meter;
        _ledger = ledger;
        _painter = painter;
        _sinks = sinks;
        _draws = sinks.Any(sink => sink.WantsOverlay);
        _pools = new FramePools(1 + sinks.Where(sink => sink.WantsOverlay).Sum(sink => sink.Holds), patience);
    }

    /// <summary>Returns a sentence for each overlay that was not given back.</summary>
    public IReadOnlyList<string> Leaks() => _pools.Leaks();

    /// <summary>Sets the result that the next overlays are drawn with, in live delivery, and takes its lease over.</summary>
    public void SetNewest(FrameResult result)
    {
        FrameResult? previous;
        lock (_gate)
            (previous, _newest) = (_newest, result);
        previous?.Release();
    }

    protected override void Process(FramePacket packet)
    {
        packet.Frame.Stage = FrameStage.Overlay;
        var explained = _settings.Delivery == Delivery.Live ? packet with { Result = LeaseNewest(packet.Info.Generation) } : packet;
        var drawn = explained;
        try
        {
            drawn = explained with { Overlay = Draw(explained.Frame, explained.Result) };
            _meter.Shown(packet.Info.Captured, explained.Result is not null);
        }
        catch
        {
            Discard(drawn);
            throw;
        }
        packet.Frame.Stage = FrameStage.Sink;
        foreach (var sink in _sinks)
        {
            drawn.AddLease();
            sink.Queue.Write(drawn);
        }
        drawn.Release();
    }

    protected override void Discard(FramePacket packet)
    {
        _ledger.Dropped(packet.Info.Sequence, DropReason.OverlayFailed);
        packet.Release();
    }

    protected override void Finish()
    {
        foreach (var sink in _sinks)
            sink.Queue.Complete();
    }

    /// <summary>Leases the newest result; null where it is of another generation: nobody is to see an old map on a frame of another size.</summary>
    FrameResult? LeaseNewest(int generation)
    {
        lock (_gate)
        {
            if (_newest?.Frame.Generation != generation)
                return null;
            _newest.AddLease();
            return _newest;
        }
    }

    Frame? Draw(Frame frame, FrameResult? result)
    {
        if (!_draws)
            return null;
        _painter.ThrowUnlessDrawn(frame.Format);
        var size = _painter.SizeFor(frame.Format);
        _pools.For(size);
        var target = _pools.Rent();
        target.Begin(frame.Info, FrameStage.Sink);
        try
        {
            _painter.Paint(frame.AsI420(), result?.Explanation, target.AsI420());
            return target;
        }
        catch
        {
            target.Release();
            throw;
        }
    }

    public void Dispose()
    {
        _newest?.Release();
        _newest = null;
        _pools.Dispose();
    }
}
