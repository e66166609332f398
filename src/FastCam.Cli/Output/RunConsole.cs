using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Streams;
using FastCam.Edge.Web;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Strategies;
using FastCam.Video.Accounting;
using FastCam.Video.Sources;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>
/// The output of <c>fastcam run</c>: lines and a ledger for a user, or a JSON object for each thing that happens, from <c>started</c> to <c>ended</c>.
/// </summary>
sealed class RunConsole
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    readonly bool _json;
    readonly StreamHost _stream;

    public RunConsole(bool json, StreamHost stream)
    {
        _json = json;
        _stream = stream;
        stream.SourceChanged += SourceChanged;
        stream.SinkChanged += SinkChanged;
        stream.Settled += Settled;
    }

    StreamPipeline Pipeline => _stream.Pipeline;

    /// <param name="page">The address of the page; null where there is none.</param>
    public void Started(Uri? page)
    {
        var (model, provider, delivery) = (_stream.Network.Model.Name, _stream.Network.Provider, EnumNames.Format(_stream.Settings.Delivery));
        if (_json)
        {
            var started = new StartedEvent(
                "started", _stream.Id, page?.ToString(), Pipeline.Ledger.Source, model, provider.Name, delivery, EnumNames.Format(_stream.Pace),
                _stream.Notices);
            Console.Out.WriteLine(JsonSerializer.Serialize(started, RunJson.Default.StartedEvent));
            return;
        }
        var sinks = string.Join(", ", Pipeline.Ledger.Accounts.Select(account => account.Sink));
        Terminal.Say($"{Pipeline.Ledger.Source} → {model} on {provider.Title} → {sinks}  ({delivery}, {EnumNames.Format(_stream.Pace)})");
        foreach (var notice in _stream.Notices)
            Terminal.Say(notice);
        if (page is not null)
            Terminal.Say($"Watch it at {page}   (Ctrl-C ends)");
    }

    /// <summary>Says which explain strategy was chosen and is now used.</summary>
    void Settled(StrategyChoice? choice)
    {
        if (choice is null)
            return;
        if (_json)
        {
            var times = choice.Times.Select(time => new StrategyEvent(EnumNames.Format(time.Strategy), time.Milliseconds, time.Passes));
            var chosen = new ChoiceEvent("explain-by", _stream.Id, EnumNames.Format(choice.Strategy), choice.Remembered, [.. times], choice.Notices);
            Console.Out.WriteLine(JsonSerializer.Serialize(chosen, RunJson.Default.ChoiceEvent));
            return;
        }
        if (choice.Times.Count > 0)
            Terminal.Say($"Explaining by {choice}.");
        foreach (var notice in choice.Notices)
            Terminal.Say(notice);
    }

    /// <summary>Says that a source stalls or comes back, in a line for a user or in an object for machines.</summary>
    void SourceChanged(SourceStatus status)
    {
        if (_json)
        {
            var changed = new SourceEvent("source", _stream.Id, SourceMessage.From(Pipeline.Source));
            Console.Out.WriteLine(JsonSerializer.Serialize(changed, RunJson.Default.SourceEvent));
        }
        else if (SentenceOf(status) is { } sentence)
        {
            Terminal.Warn(sentence);
        }
    }

    /// <summary>Says that a sink fails, and that it works again.</summary>
    void SinkChanged(SinkStage sink)
    {
        if (_json)
        {
            var changed = new SinkEvent("sink", _stream.Id, sink.Name, sink.Status.Reason, sink.Status.Failures);
            Console.Out.WriteLine(JsonSerializer.Serialize(changed, RunJson.Default.SinkEvent));
        }
        else
        {
            Terminal.Warn(sink.Status.Reason is { } reason ? $"Sink {sink.Name}: {reason}" : $"Sink {sink.Name} works again.");
        }
    }

    /// <summary>Returns the sentence for a user about a source that changes; null where the end of the command says it.</summary>
    public static string? SentenceOf(SourceStatus status) => status.State is SourceState.Ended or SourceState.Failed
        ? null
        : $"Source {EnumNames.Format(status.State)}{(status.Reason is null ? "" : $": {status.Reason}")}";

    /// <summary>Shows a line that keeps changing while the stream runs, on a terminal; elsewhere it shows nothing.</summary>
    public IDisposable ShowProgress() => _json || Console.IsOutputRedirected ? new CancellationTokenSource() : new ProgressLine(this);

    /// <param name="failure">The error that ended the stream; null where it came to its end.</param>
    public void Ended(Exception? failure)
    {
        var figures = Pipeline.Meter.Read();
        if (_json)
        {
            var source = SourceMessage.From(Pipeline.Source);
            var hasFailed = failure is not null
                && ExitCodes.FromException(failure) is ExitCode.SourceNotFound or ExitCode.SourceUnreadable or ExitCode.SourceFailed;
            if (source.State == EnumNames.Format(SourceState.Running))
                source = source with { State = EnumNames.Format(hasFailed ? SourceState.Failed : SourceState.Ended) };
            var ended = new EndedEvent(
                "ended", _stream.Id, [.. Pipeline.Ledger.Accounts.Select(AccountMessage.From)], figures.Frames, figures.Passes, figures.FailedPasses,
                figures.Rate,
                figures.LatencyP50, figures.LatencyP99, figures.PassMilliseconds, figures.ExplanationShare, Pipeline.Explainer.By, Pipeline.ManagedBytes,
                source, new ProcessFigures(figures.FirstOverlayMilliseconds, GC.GetTotalAllocatedBytes(precise: true), Environment.WorkingSet));
            Console.Out.WriteLine(JsonSerializer.Serialize(ended, RunJson.Default.EndedEvent));
            return;
        }
        // Where nothing was captured, the sentence that follows says why.
        if (Pipeline.Ledger.Accounts.All(account => account.Snapshot().Captured == 0))
            return;
        var table = new Table().RoundedBorder().AddColumns("ledger", "captured", "=  delivered", "+  dropped", "+  in flight", "");
        foreach (var account in Pipeline.Ledger.Accounts)
        {
            var snapshot = account.Snapshot();
            var reasons = string.Join(", ", Enum.GetValues<DropReason>().Where(reason => snapshot.Dropped(reason) > 0)
                .Select(reason => $"{EnumNames.Format(reason)} {snapshot.Dropped(reason)}"));
            table.AddRow(
                Terminal.Escape(account.Sink), $"{snapshot.Captured}", $"{snapshot.Delivered}",
                reasons.Length > 0 ? $"{snapshot.DroppedTotal} ({reasons})" : "0", $"{snapshot.InFlight}",
                snapshot.Balanced ? "[green]balanced[/]" : "[red]does not balance[/]");
        }
        Terminal.Out.Write(table);
        Terminal.Say(Summary(figures, Pipeline.Explainer.By));
        var status = Pipeline.Source.Status;
        if (status.Restarts > 0 || status.Upstream > 0)
        {
            var restarts = status.Restarts switch { 0 => "not opened anew", 1 => "opened anew once", var times => $"opened anew {times} times" };
            var lost = status.Upstream switch
            {
                0 => "no frame is known to be lost before it reached us",
                1 => "about 1 frame was lost before it reached us",
                var frames => $"about {frames} frames were lost before they reached us",
            };
            Terminal.Say($"The source was {restarts}; {lost}.");
        }
        if (figures.FailedPasses > 0)
            Terminal.Say($"{figures.FailedPasses} forward passes failed; the frames without a map of their own are counted above.");
    }

    static string Summary(StreamFigures figures, string by)
    {
        var share = by == EnumNames.Format(ExplainStrategy.Nodes) ? "with its explanation" : $"of which {figures.ExplanationShare:P1} explains";
        return $"{figures.Rate:F1} frames/s, latency p50 {figures.LatencyP50:F1} ms, p99 {figures.LatencyP99:F1} ms, "
            + $"pass {figures.PassMilliseconds:F1} ms {share}, by {by}";
    }

    sealed class ProgressLine : IDisposable
    {
        readonly CancellationTokenSource _end = new();
        readonly Task _task;

        public ProgressLine(RunConsole console) => _task = Terminal.Out.Status().Spinner(Spinner.Known.Dots).StartAsync("starting", async context =>
        {
            while (!_end.IsCancellationRequested)
            {
                await Task.Delay(Period, _end.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                context.Status(Terminal.Escape(Summary(console.Pipeline.Meter.Read(), console.Pipeline.Explainer.By)));
            }
        });

        public void Dispose()
        {
            _end.Cancel();
            _task.Wait();
            _end.Dispose();
        }
    }
}

sealed record StartedEvent(
    string Event, string Stream, string? Page, string Source, string Model, string Provider, string Delivery, string Pace, IReadOnlyList<string> Notices);

sealed record ChoiceEvent(string Event, string Stream, string By, bool Remembered, IReadOnlyList<StrategyEvent> Ways, IReadOnlyList<string> Notices);

sealed record StrategyEvent(string By, double PassMs, int Passes);

sealed record EndedEvent(
    string Event, string Stream, IReadOnlyList<AccountMessage> Ledger, long Pictures, long Passes, long FailedPasses, double PicturesPerSecond,
    double LatencyP50Ms, double LatencyP99Ms, double PassMs, double ExplanationShare, string ExplainBy, long PipelineManagedBytes, SourceMessage Source,
    ProcessFigures Process);

/// <summary>The figures of the whole process, whatever else runs in it.</summary>
/// <param name="FirstOverlayMs">From its start to the stream's first overlay with a map; null where there was none.</param>
/// <param name="ManagedBytes">The managed bytes that it has allocated.</param>
/// <param name="ResidentBytes">The memory that it holds.</param>
sealed record ProcessFigures(double? FirstOverlayMs, long ManagedBytes, long ResidentBytes);

sealed record SourceEvent(string Event, string Stream, SourceMessage Source);

/// <summary>A sink fails, or works again.</summary>
/// <param name="Event">Always <c>sink</c>.</param>
/// <param name="Stream">The stream's name.</param>
/// <param name="Sink">The sink's display name.</param>
/// <param name="Reason">Why nothing is written now; null where the sink works again.</param>
/// <param name="Failures">The writes that have failed so far.</param>
sealed record SinkEvent(string Event, string Stream, string Sink, string? Reason, long Failures);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StartedEvent))]
[JsonSerializable(typeof(ChoiceEvent))]
[JsonSerializable(typeof(EndedEvent))]
[JsonSerializable(typeof(SourceEvent))]
[JsonSerializable(typeof(SinkEvent))]
sealed partial class RunJson : JsonSerializerContext;
