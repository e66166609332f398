using System.Diagnostics;
using System.Runtime.ExceptionServices;
using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Edge.Sinks;
using FastCam.Onnx.Explanation;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Edge.Pipeline;

/// <summary>
/// One stream: source → frame → network → maps → overlay → sinks, each stage on a thread of its own. The pool of frames is the back-pressure:
/// when every frame is out, an every-frame stream waits, and a live one drops the frame at capture and counts it.
/// </summary>
sealed class StreamPipeline : IDisposable
{
    const int InHandAndQueued = 6;

    /// <summary>No sink may hang for so long before it is given up, so a frame that is not back by then was lost on the way.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);

    /// <summary>A live frame that was held up for longer shows the past, and is passed over: the frames after it come at once.</summary>
    static readonly TimeSpan LatestLive = TimeSpan.FromMilliseconds(500);

    readonly FrameSource _source;
    readonly StreamSettings _settings;
    readonly Explainer _explainer;
    readonly Pool<FrameResult> _results;
    readonly FramePools _pools;
    readonly SinkStage[] _sinks;
    readonly NetworkStage _network;
    readonly OverlayStage _overlay;
    FrameFormat _format;
    int _generation;
    Exception? _error;
    bool _stopping;

    /// <param name="source">Where frames come from; the caller disposes it.</param>
    /// <param name="network">The network; it is kept open until the pipeline is disposed.</param>
    /// <param name="settings">Delivery, fit and drawing.</param>
    /// <param name="ledger">The source's ledger.</param>
    /// <param name="sinks">The sinks; once the pipeline is made they belong to it, and are disposed with it.</param>
    /// <param name="patience">How long a stage waits for a frame to come back before it takes it for lost: <see cref="LongestWait"/> by default.</param>
    public StreamPipeline(
        FrameSource source, ExplainedNetwork network, StreamSettings settings, Ledger ledger, IEnumerable<Sink> sinks, TimeSpan? patience = null)
    {
        var longestWait = patience ?? LongestWait;
        _source = source;
        _settings = settings;
        Ledger = ledger;
        _sinks = [.. sinks.Select(sink => new SinkStage(sink, mayDrop: settings.Delivery == Delivery.Live, Fail))];
        _pools = new FramePools(InHandAndQueued + _sinks.Sum(sink => sink.Holds), longestWait);
        _results = new Pool<FrameResult>(_pools.Capacity + 2, () => new FrameResult(network.CreateExplanation(keepsStatistics: false)));
        // What may be refused comes before what would have to be closed then.
        var painter = FramePainter.Create(network.Model, network.Options, settings.Overlay);
        _explainer = network.CreateExplainer();
        // The queues are never full while leases are in order; where they are not, the frame at fault is named before a queue overflows.
        var room = 2 * _pools.Capacity;
        var frames = settings.Delivery == Delivery.Live
            ? new StageQueue<FramePacket>(1, packet => packet.Release())
            : new StageQueue<FramePacket>(room);
        _overlay = new OverlayStage(settings, Meter, ledger, painter, _sinks, new StageQueue<FramePacket>(room), longestWait, Fail);
        _network = new NetworkStage(_explainer, _results, settings, Meter, ledger, frames, _overlay, Fail);
    }

    public FrameSource Source => _source;

    /// <summary>The sinks at work, in the order in which they were given.</summary>
    public IReadOnlyList<SinkStage> Sinks => _sinks;

    public Ledger Ledger { get; }

    public StreamMeter Meter { get; } = new();

    /// <summary>Explains the frames.</summary>
    public Explainer Explainer => _explainer;

    /// <summary>
    /// The managed bytes that the stages' own threads allocated, capture among them; known once the stream has ended. Those of a sink's child
    /// processes and servers are not in it.
    /// </summary>
    public long ManagedBytes { get; private set; }

    /// <summary>Called on the capture thread before each frame is passed on; tests disturb the walk here.</summary>
    internal Action<Frame>? Captured { get; init; }

    /// <inheritdoc cref="NetworkStage.BeforePass"/>
    internal Action<Frame>? BeforePass
    {
        init => _network.BeforePass = value;
    }

    /// <summary>Runs until the source ends or <see cref="Stop"/> is called; every frame has then reached every sink or was dropped and counted.</summary>
    /// <exception cref="MediaException">The source or a sink failed.</exception>
    /// <exception cref="Onnx.ModelException">The network failed again and again.</exception>
    /// <exception cref="LedgerException">The ledger does not balance.</exception>
    public void Run()
    {
        foreach (var sink in _sinks)
            sink.Start();
        _overlay.Start();
        _network.Start();
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Capture();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        var captureBytes = GC.GetAllocatedBytesForCurrentThread() - before;
        _network.Queue.Complete();
        _network.Join();
        _explainer.Dispose(); // What its frames were to find out is for another stream's now.
        if (_settings.Delivery == Delivery.Live)
            _overlay.Queue.Complete();
        _overlay.Join();
        foreach (var sink in _sinks)
            sink.Join();
        ManagedBytes = captureBytes + _network.ManagedBytes + _overlay.ManagedBytes + _sinks.Sum(sink => sink.ManagedBytes);
        _overlay.Dispose();
        if (_error is { } error)
            ExceptionDispatchInfo.Throw(error);
        if (_network.LastFailure is { } failure && Meter.Read().Passes == 0)
            throw failure;
        LedgerException.ThrowUnlessBalanced(Ledger, [.. _pools.Leaks(), .. _overlay.Leaks(), .. _results.DescribeOutstanding()]);
    }

    /// <summary>Ends the stream, from any thread; the frames that were captured still reach the sinks.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopping, true);
        _source.Stop();
    }

    void Capture()
    {
        while (!Volatile.Read(ref _stopping) && _source.WaitNext(out var header))
        {
            var captured = Stopwatch.GetTimestamp();
            Ledger.Captured(header.Sequence);
            if (_source.Upstream is { } lost)
                Ledger.LostUpstream(lost);
            var pool = _pools.For(header.Format);
            if (_settings.Delivery == Delivery.Live && header.Lateness > LatestLive)
            {
                Pass(header, DropReason.Late);
                continue;
            }
            var frame = MayWait ? _pools.Rent() : pool.TryRent(out var free) ? free : null;
            if (frame is not null)
                Take(frame, header, captured);
            else
                Pass(header, DropReason.PoolExhausted);
        }
        if (_source.Upstream is { } all)
            Ledger.LostUpstream(all);
    }

    /// <summary>
    /// Whether capture may wait for a free frame. A live source cannot be held back: frames that it captured meanwhile would be lost uncounted.
    /// </summary>
    bool MayWait => _settings.Delivery == Delivery.EveryFrame && !_source.IsLive;

    void Pass(in FrameHeader header, DropReason reason)
    {
        try
        {
            _source.Skip();
        }
        catch
        {
            Ledger.Dropped(header.Sequence, DropReason.SourceFailed);
            throw;
        }
        Ledger.Dropped(header.Sequence, reason);
    }

    void Take(Frame frame, in FrameHeader header, long captured)
    {
        if (header.Format != _format)
            (_format, _generation) = (header.Format, _format == default ? 0 : _generation + 1);
        frame.Begin(new FrameInfo(_settings.StreamId, header.Sequence, header.PresentationTime, captured, _generation));
        try
        {
            if (!_source.Read(frame))
            {
                Ledger.Dropped(header.Sequence, DropReason.DecoderGap);
                frame.Release();
                return;
            }
        }
        catch
        {
            Ledger.Dropped(header.Sequence, DropReason.SourceFailed);
            frame.Release();
            throw;
        }
        Captured?.Invoke(frame);
        if (_settings.Delivery == Delivery.Live)
        {
            frame.AddLease();
            _overlay.Queue.Write(new FramePacket(frame));
        }
        _network.Queue.Write(new FramePacket(frame));
    }

    void Fail(Exception error)
    {
        Interlocked.CompareExchange(ref _error, error, null);
        Stop();
    }

    /// <summary>Closes everything; the first error of a sink is thrown when all is closed.</summary>
    public void Dispose()
    {
        Exception? error = null;
        foreach (var sink in _sinks)
        {
            try
            {
                sink.Dispose();
            }
            catch (Exception e)
            {
                error ??= e;
            }
        }
        _overlay.Dispose();
        _pools.Dispose();
        _explainer.Dispose();
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);
    }
}

/// <summary>The ledger does not balance at the end of a stream: an error of this program, never of its user.</summary>
sealed class LedgerException(string sentence) : Exception(sentence)
{
    /// <summary>Throws unless every account balances with nothing in flight and every lease is back.</summary>
    public static void ThrowUnlessBalanced(Ledger ledger, IReadOnlyList<string> leaks)
    {
        foreach (var account in ledger.Accounts)
        {
            var snapshot = account.Snapshot();
            if (snapshot.Balanced && snapshot.InFlight == 0)
                continue;
            var open = account.OpenFrames();
            var reason = snapshot.FirstViolation
                ?? (open.Count > 0 ? $"frame {open[0]} was never settled" : "the terms do not add up");
            throw new LedgerException(
                $"The ledger of {account.Sink} does not balance: captured {snapshot.Captured}, delivered {snapshot.Delivered}, "
                    + $"dropped {snapshot.DroppedTotal}, in flight {snapshot.InFlight}; {reason}. {string.Join(" ", leaks)}".TrimEnd());
        }
        if (leaks.Count > 0)
            throw new LedgerException($"{leaks.Count} frame{(leaks.Count == 1 ? "" : "s")} did not come back at the end. {string.Join(" ", leaks.Take(5))}");
    }
}
