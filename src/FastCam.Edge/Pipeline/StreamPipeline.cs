using System.Diagnostics;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>
/// One stream: source → frame → network → maps → picture → sinks, a thread a stage. The pool of frames is the back-pressure: when
/// all are out, an every-frame stream waits and a live one drops at capture, counted.
/// </summary>
sealed class StreamPipeline : IDisposable
{
    const int InHandAndQueued = 6;

    /// <summary>Longer than any sink may hang before it is given up: no frame for so long is a frame that was lost on the way.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(90);

    readonly FrameSource _source;
    readonly StreamSettings _settings;
    readonly Explainer _explainer;
    readonly ExplanationPool _explanations;
    readonly FramePools _pools;
    readonly SinkStage[] _sinks;
    readonly NetworkStage _network;
    readonly OverlayStage _overlay;
    Exception? _error;
    bool _stopping;

    /// <param name="source">Where frames come from; the caller disposes it.</param>
    /// <param name="network">The tapped network.</param>
    /// <param name="settings">Delivery, fit and drawing.</param>
    /// <param name="ledger">The source's books.</param>
    /// <param name="createSinks">Makes the sinks; given what to tell of an error. Disposed with the pipeline.</param>
    public StreamPipeline(FrameSource source, Network network, StreamSettings settings, Ledger ledger, Func<Action<Exception>, SinkStage[]> createSinks)
    {
        _source = source;
        _settings = settings;
        Ledger = ledger;
        _sinks = createSinks(Fail);
        _pools = new FramePools(InHandAndQueued + _sinks.Sum(sink => sink.Holds), Patience);
        _explanations = new ExplanationPool(_pools.Capacity + 2, () => new FrameExplanation(network, settings.Explanation));
        _explainer = new Explainer(network, settings.Explanation);
        var room = 2 * _pools.Capacity; // Never full while leases are in order; where they are not, the frame at fault is named before a queue overflows.
        var frames = settings.Delivery == Delivery.Live ? new StageQueue<Picture>(1, picture => picture.Release()) : new StageQueue<Picture>(room);
        _overlay = new OverlayStage(settings, Meter, ledger, PicturePainter.Create(network.Model, settings.Explanation, settings.Picture), _sinks, new StageQueue<Picture>(room), Fail);
        _network = new NetworkStage(_explainer, _explanations, settings, Meter, ledger, frames, _overlay, Fail);
    }

    public Ledger Ledger { get; }

    public StreamMeter Meter { get; } = new();

    /// <summary>How the statistics are taken.</summary>
    public string ExplainBy => _explainer.By;

    /// <summary>How long a stage waits for a frame to come back before it takes it for lost.</summary>
    internal static TimeSpan Patience { get; set; } = LongestWait;

    /// <summary>Raised on the capture thread before each frame is handed on: for tests that disturb the walk.</summary>
    internal Action<Frame>? Captured { get; init; }

    /// <summary>Runs until the source ends or <see cref="Stop"/>; every frame has then reached every sink or was dropped, counted.</summary>
    /// <exception cref="MediaException">The source or a sink failed.</exception>
    /// <exception cref="Onnx.ModelException">The network failed again and again.</exception>
    /// <exception cref="LedgerException">The books do not balance.</exception>
    public void Run()
    {
        foreach (var sink in _sinks) sink.Start();
        _overlay.Start();
        _network.Start();
        try
        {
            Capture();
        }
        catch (Exception e)
        {
            Fail(e);
        }
        _network.Queue.Complete();
        _network.Join();
        if (_settings.Delivery == Delivery.Live) _overlay.Queue.Complete();
        _overlay.Join();
        foreach (var sink in _sinks) sink.Join();
        _overlay.Dispose();
        if (_error is { } error) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        if (_network.LastFailure is { } failure && Meter.Read().Passes == 0) throw failure;
        LedgerException.ThrowUnlessBalanced(Ledger, [.. _pools.Leaks(), .. _overlay.Leaks(), .. _explanations.Leaks()]);
    }

    /// <summary>Ends the stream from any thread: what was captured still reaches the sinks.</summary>
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
            var pool = _pools.For(header.Format);
            var frame = _settings.Delivery == Delivery.EveryFrame ? _pools.Rent() : pool.TryRent(out var free) ? free : null;
            if (frame is not null) Take(frame, header, captured);
            else Pass(header);
        }
    }

    void Pass(in FrameHeader header)
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
        Ledger.Dropped(header.Sequence, DropReason.PoolExhausted);
    }

    void Take(Frame frame, in FrameHeader header, long captured)
    {
        frame.Sequence = header.Sequence;
        frame.PresentationTime = header.PresentationTime;
        frame.CaptureTimestamp = captured;
        try
        {
            _source.Read(frame);
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
            _overlay.Queue.Write(new Picture(frame));
        }
        _network.Queue.Write(new Picture(frame));
    }

    void Fail(Exception error)
    {
        Interlocked.CompareExchange(ref _error, error, null);
        Stop();
    }

    public void Dispose()
    {
        foreach (var sink in _sinks) sink.Dispose();
        _overlay.Dispose();
        _pools.Dispose();
        _explainer.Dispose();
    }
}
