using System.Diagnostics;
using FastCam.Edge.Packets;
using FastCam.Edge.Sinks;
using FastCam.Video.Accounting;

namespace FastCam.Edge.Pipeline;

/// <summary>One sink on a thread of its own, with its own queue, so that a slow sink does not hold up the others, and its failure policy.</summary>
sealed class SinkStage : StageThread<FramePacket>, IDisposable
{
    const int LiveQueue = 3;
    const int EveryFrameQueue = 256;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5), LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A sink that fails on some frames and not on those between is not told of each time.</summary>
    static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(1);

    readonly Sink _sink;
    TimeSpan _pause;
    long _failedAt;
    volatile SinkStatus _status = SinkStatus.Working;

    /// <param name="sink">The sink; it is given to the stage.</param>
    /// <param name="mayDrop">Whether the oldest packet may make room for a newer one, as in live delivery.</param>
    /// <param name="failed">Called with the first error that is to end the stream.</param>
    public SinkStage(Sink sink, bool mayDrop, Action<Exception> failed)
        : base(sink.Account.Sink, new StageQueue<FramePacket>(mayDrop ? LiveQueue : EveryFrameQueue, mayDrop ? Behind(sink.Account) : null), failed)
    {
        _sink = sink;
        Holds = mayDrop ? LiveQueue + 2 : 2;
    }

    /// <summary>The sink; the stage owns it.</summary>
    public Sink Sink => _sink;

    /// <inheritdoc cref="Sink.WantsOverlay"/>
    public bool WantsOverlay => _sink.WantsOverlay;

    /// <summary>The number of frames that the sink may hold at once; the pools are larger by it.</summary>
    public int Holds { get; }

    public SinkStatus Status => _status;

    /// <summary>Called on the sink's thread when it fails, and when it has worked again for a second.</summary>
    public Action<SinkStage>? StatusChanged { get; set; }

    protected override void Process(FramePacket packet)
    {
        try
        {
            if (_pause > Stopwatch.GetElapsedTime(_failedAt))
                _sink.Account.Dropped(packet.Info.Sequence, DropReason.SinkFailed);
            else
                Write(packet);
        }
        finally
        {
            packet.Release();
        }
    }

    void Write(in FramePacket packet)
    {
        try
        {
            _sink.Write(packet);
        }
        catch (Exception e)
        {
            if (!_sink.SettlesFrames)
                _sink.Account.Dropped(packet.Info.Sequence, DropReason.SinkFailed);
            if (_sink.OnFailure == OnFailure.EndStream)
                throw;
            Failed(e);
            return;
        }
        if (!_sink.SettlesFrames)
            _sink.Account.Delivered(packet.Info.Sequence);
        if (_status.Reason is not null && Stopwatch.GetElapsedTime(_failedAt) > SteadyAfter)
            Recovered();
    }

    void Failed(Exception e)
    {
        _failedAt = Stopwatch.GetTimestamp();
        if (_sink.OnFailure == OnFailure.Retry)
            _pause = _pause == TimeSpan.Zero ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, LongestPause.Ticks));
        var isNew = _status.Reason is null;
        _status = new SinkStatus(e.Message, _status.Failures + 1);
        if (isNew)
            Tell();
    }

    void Recovered()
    {
        _pause = TimeSpan.Zero;
        _status = _status with { Reason = null };
        Tell();
    }

    /// <summary>What a listener cannot do with the news is not the sink's fault, and does not end its stream.</summary>
    void Tell()
    {
        try
        {
            StatusChanged?.Invoke(this);
        }
        catch (IOException)
        {
            // Nobody reads what the listener prints.
        }
    }

    protected override void Discard(FramePacket packet)
    {
        _sink.Account.Dropped(packet.Info.Sequence, DropReason.SinkFailed);
        packet.Release();
    }

    protected override void Finish()
    {
        try
        {
            _sink.Complete();
        }
        catch (Exception e) when (_sink.OnFailure != OnFailure.EndStream)
        {
            Failed(e);
            // What it never confirmed is lost.
            foreach (var sequence in _sink.Account.OpenFrames())
                _sink.Account.Dropped(sequence, DropReason.SinkFailed);
        }
    }

    static Action<FramePacket> Behind(LedgerAccount account) => packet =>
    {
        account.Dropped(packet.Info.Sequence, DropReason.SinkBehind);
        packet.Release();
    };

    public void Dispose() => _sink.Dispose();
}

/// <summary>What a sink says of itself.</summary>
/// <param name="Reason">Why nothing is written now, as a sentence; null while the sink works.</param>
/// <param name="Failures">The writes that have failed so far.</param>
sealed record SinkStatus(string? Reason, long Failures)
{
    public static SinkStatus Working { get; } = new(null, 0);
}
