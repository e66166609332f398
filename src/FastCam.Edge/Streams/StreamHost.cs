using System.Globalization;
using FastCam.Edge.Models;
using FastCam.Edge.Overlays;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Sinks;
using FastCam.Edge.Web;
using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Strategies;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Edge.Streams;

/// <summary>
/// One stream, from its source to its sinks. It owns all that it opened, and closes it. It is opened, started, watched, stopped and disposed, once
/// each, from any thread.
/// </summary>
sealed class StreamHost : IAsyncDisposable
{
    readonly FrameSource _source;
    readonly ExplainedNetwork _network;
    readonly StreamPipeline _pipeline;
    readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _isStarted;
    int _isDisposed;

    StreamHost(StreamConfig config, string id, FrameSource source, Pace pace, ExplainedNetwork network, StreamPipeline pipeline, StreamSettings settings)
    {
        (Config, Id, Pace, Settings) = (config, id, pace, settings);
        (_source, _network, _pipeline) = (source, network, pipeline);
        Notices =
        [
            .. new[] { ModelCatalog.Assumption(network.Model), network.Notice, source.Notice, Smoothing(network.Options.Smoothing) }.OfType<string>(),
        ];
        View = new StreamView(id, pipeline, settings, network, Notices);
        source.StatusChanged += status => SourceChanged?.Invoke(status);
        foreach (var sink in pipeline.Sinks)
            sink.StatusChanged = changed => SinkChanged?.Invoke(changed);
        Completion = RunAsync();
    }

    /// <summary>What was asked for.</summary>
    public StreamConfig Config { get; }

    /// <summary>The stream's name.</summary>
    public string Id { get; }

    /// <summary>How fast the source is taken.</summary>
    public Pace Pace { get; }

    /// <summary>Delivery, drawing and fit.</summary>
    public StreamSettings Settings { get; }

    /// <summary>The network that explains the frames.</summary>
    public ExplainedNetwork Network => _network;

    /// <summary>The stages at work: their meter, their ledger, their source and sinks.</summary>
    public StreamPipeline Pipeline => _pipeline;

    /// <summary>What a user should know, as sentences.</summary>
    public IReadOnlyList<string> Notices { get; }

    /// <summary>The stream as the page and machines see it.</summary>
    public StreamView View { get; }

    /// <summary>Ends when the stream has ended and every frame is accounted for, with the error that ended it, if one did.</summary>
    public Task Completion { get; }

    /// <summary>Raised when the source stalls, comes back or ends, on the thread where it happens.</summary>
    public event Action<SourceStatus>? SourceChanged;

    /// <summary>Raised when a sink that does not end the stream fails and when it works again, on the sink's thread.</summary>
    public event Action<SinkStage>? SinkChanged;

    /// <summary>Raised once, when the stream is explained by the strategy that it will keep; null where that was asked for.</summary>
    public event Action<StrategyChoice?>? Settled;

    /// <summary>Opens everything that the stream needs. No frame is taken before <see cref="Start"/>.</summary>
    /// <param name="config">What is asked for.</param>
    /// <param name="id">The stream's name.</param>
    /// <exception cref="StreamConfigException">Something is wrong with what is asked for.</exception>
    /// <exception cref="EdgeException">Settings do not fit the network or the source.</exception>
    /// <exception cref="ModelException">The network cannot be opened.</exception>
    /// <exception cref="MediaException">The source or a sink cannot be opened.</exception>
    public static async Task<StreamHost> OpenAsync(StreamConfig config, string id)
    {
        config.ThrowIfInvalid();
        var uris = (config.Sinks ?? StreamConfig.Defaults.Sinks!).Select(SinkSchemes.Parse).ToList();
        var isWatched = uris.Any(uri => uri.IsWatched);
        var uri = SourceUri.Parse(config.Source ?? StreamConfig.Defaults.Source!);
        var options = config.SourceOptions;
        var opening = Task.Run(() => uri.Open(options)); // The source opens while the network does.
        var opened = new Stack<IDisposable>();
        try
        {
            var request = config.ModelRequest;
            var model = request.Load();
            var asked = config.Explanation;
            var explanation = asked.For(model, config.Overlay.View, offersClassMap: isWatched);
            var network = request.Open(model, explanation, tunesStrategy: asked.ChoosesStrategy);
            opened.Push(network);
            var source = await opening;
            var delivery = DeliveryOf(config, source, isWatched);
            var pace = PaceOf(config, delivery, uri, source, isWatched);
            if (pace == Pace.Realtime && !source.IsLive && source is not PacedSource)
                source = new PacedSource(source);
            var settings = new StreamSettings
            {
                StreamId = id,
                Delivery = delivery,
                Overlay = config.Overlay,
                Fit = config.Fit ?? model.Input.Fit,
            };
            var ledger = new Ledger(source.Name);
            var maps = network.MapSizes;
            // Somebody may want the end before there is a stream to be ended.
            var end = new CancellationTokenSource();
            var watched = new WatchedStream(
                id, source, config.Overlay, Overlays.View.All(model.ScaleEnds.Count, network.Options.ClassMap is not null),
                overlay => FramePainter.Create(model, network.Options, overlay), end.Cancel);
            var sinks = new List<Sink>();
            foreach (var sink in uris)
            {
                var account = ledger.Open(sink.Name);
                sinks.Add(sink.Open(new SinkOpening(account, config.Force ?? StreamConfig.Defaults.Force!.Value, model.Labels, maps, watched)));
                opened.Push(sinks[^1]);
            }
            var host = new StreamHost(config, id, source, pace, network, new StreamPipeline(source, network, settings, ledger, sinks), settings);
            end.Token.Register(host.Stop);
            return host;
        }
        catch
        {
            while (opened.TryPop(out var open))
                open.Dispose();
            // The error is not held up by a source that may take long to open.
            _ = opening.ContinueWith(static source => source.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
            throw;
        }
    }

    /// <summary>Starts taking frames.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            _started.TrySetResult();
    }

    /// <summary>Ends the stream, in order: what was captured still reaches every sink.</summary>
    public void Stop()
    {
        View.WasStopped = true;
        _pipeline.Stop();
        // A stream that was never started ends at once.
        if (Interlocked.Exchange(ref _isStarted, 1) == 0)
            _started.TrySetResult();
    }

    /// <summary>Stops the stream, waits for its end, and closes all that it opened. The error that ended it is that of <see cref="Completion"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        Stop();
        await Completion.ContinueWith(static _ => { }, TaskScheduler.Default);
        using (_source)
            _pipeline.Dispose();
    }

    async Task RunAsync()
    {
        await _started.Task;
        var running = Task.Factory.StartNew(_pipeline.Run, TaskCreationOptions.LongRunning);
        var closed = new TaskCompletionSource();
        var settling = SettleAsync(closed.Task);
        Exception? failure = null;
        try
        {
            await running;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            // From here on nobody needs it: whatever looks for a quicker strategy ends.
            _network.Dispose();
            closed.SetResult();
            try
            {
                await settling;
            }
            finally
            {
                View.EndWith(failure);
            }
        }
    }

    /// <summary>Waits until the stream is explained by the strategy that it will keep.</summary>
    /// <param name="closed">Ends when the stream is over and its network closed.</param>
    async Task SettleAsync(Task closed)
    {
        var (explained, choosing) = (_pipeline.Explainer.Explained, _network.Choice);
        await Task.WhenAny(explained, closed);
        await Task.WhenAny(choosing, closed);
        if (!explained.IsCompleted || !choosing.IsCompleted)
            return;
        View.Choice = await choosing;
        if (View.Choice is not null || !_network.TunesStrategy)
            Settled?.Invoke(View.Choice);
    }

    static Delivery DeliveryOf(StreamConfig config, FrameSource source, bool isWatched) =>
        config.Delivery ?? (isWatched || source.IsLive ? Delivery.Live : Delivery.EveryFrame);

    static Pace PaceOf(StreamConfig config, Delivery delivery, SourceUri uri, FrameSource source, bool isWatched)
    {
        if (config.Pace is { } named)
            return named;
        var isRealtime = uri.Realtime ?? (delivery == Delivery.Live || isWatched || !source.IsFinite);
        return isRealtime ? Pace.Realtime : Pace.Max;
    }

    static string? Smoothing(TimeSpan halfLife) => halfLife > TimeSpan.Zero
        ? string.Create(CultureInfo.InvariantCulture, $"The maps are averaged over time, with a half-life of {halfLife.TotalSeconds:0.###} s.")
        : null;
}
