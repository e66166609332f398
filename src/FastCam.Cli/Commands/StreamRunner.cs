using FastCam.Cli.Output;
using FastCam.Edge.Models;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Web;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Video.Accounting;
using FastCam.Video.Sinks;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Cli.Commands;

/// <summary>Puts a stream together from what was asked for, runs it, and reports.</summary>
static class StreamRunner
{
    public static async Task<int> RunAsync(RunRequest request)
    {
        var sinkUris = request.Sinks.Select(SinkUri.Parse).ToList();
        var web = sinkUris.OfType<WebSinkUri>().ToList();
        if (web.Count > 1)
            throw new CommandException(ExitCode.BadOption, "One page serves any number of viewers: give one web:// sink.");
        ThrowUnlessDrawn(request.Overlay, sinkUris);
        var uri = SourceUri.Parse(request.Source);
        var opening = Task.Run(() => uri.Open(request.SourceOptions));
        var model = request.Model.Load();
        var explanation = request.Explanation.For(model, request.Overlay.View, offersClassMap: web.Count > 0);
        using var network = request.Model.Open(model, explanation);
        using var opened = await opening;
        var delivery = request.DeliveryFor(opened, web.Count > 0);
        var pace = request.PaceFor(delivery, uri, opened, web.Count > 0);
        var source = pace == Pace.Realtime && !opened.IsLive && opened is not PacedSource ? new PacedSource(opened) : opened;
        var settings = new StreamSettings
        {
            Delivery = delivery,
            Explanation = explanation,
            Overlay = request.Overlay,
            Fit = request.Explanation.Fit ?? model.Input.Fit,
        };
        var maps = Explainer.MapSizes(model, explanation);
        var hub = new LiveHub();
        var ledger = new Ledger(source.Name);
        var mayDrop = delivery == Delivery.Live;
        using var pipeline = new StreamPipeline(
            source, network, settings, ledger, failed => OpenSinks(sinkUris, ledger, hub, maps, mayDrop, request.Force, failed));
        var console = new RunConsole(request.Json, pipeline, settings, network, ModelCatalog.Assumption(network.Model));
        var view = new StreamView(pipeline, settings, network, console.Notices);
        await using var server = web is [var address] ? await WebServer.StartAsync(address.Host, address.Port, hub, view) : null;
        using var signals = new StopSignals(pipeline.Stop);
        console.Started(server?.Address, pace);
        var running = Task.Factory.StartNew(pipeline.Run, TaskCreationOptions.LongRunning);
        var tuner = request.Explanation.ChoosesStrategy ? StrategyTuner.Start(network, pipeline.Explainer, explanation) : null;
        var settling = SettleAsync(tuner?.Choice, pipeline.Explainer.Explained, running, console, view);
        Exception? failure = null;
        try
        {
            using (console.ShowProgress())
                await running;
        }
        catch (Exception e)
        {
            failure = e;
            throw;
        }
        finally
        {
            tuner?.Dispose();
            try
            {
                await settling;
            }
            finally
            {
                var reason = failure?.Message ?? (signals.AreSeen ? "FastCam.Edge was stopped." : "The source has ended.");
                view.End = new EndMessage(reason, IsFailure: failure is not null);
                console.Ended(failure);
            }
        }
        return (int)ExitCode.Success;
    }

    /// <summary>
    /// Waits until the stream is explained by the strategy that it will keep, reports that strategy, and releases the memory that starting up took.
    /// </summary>
    static async Task SettleAsync(Task<StrategyChoice?>? choosing, Task explained, Task running, RunConsole console, StreamView view)
    {
        if (choosing is null)
        {
            if (await Task.WhenAny(explained, running) == running)
                return;
        }
        else
        {
            if (await choosing is not { } choice)
                return;
            view.Choice = choice;
            console.Chose(choice);
        }
        StartUpMemory.Release();
    }

    /// <summary>Refuses what only other sinks draw, where the page is the only sink: the page draws by itself, over the frame alone.</summary>
    static void ThrowUnlessDrawn(OverlaySettings overlay, IReadOnlyList<SinkUri> sinks)
    {
        if (sinks.Any(sink => sink is not WebSinkUri))
            return;
        var only = overlay.View.Kind == ViewKind.Sheet ? "--view sheet" : overlay.Mode == OverlayMode.SideBySide ? "--mode side-by-side" : null;
        if (only is not null)
        {
            throw new CommandException(
                ExitCode.BadOption, $"{only} is drawn for files and images, not on the page; add --sink file:out.mp4, or leave it out.");
        }
    }

    static SinkStage[] OpenSinks(
        IReadOnlyList<SinkUri> uris, Ledger ledger, LiveHub hub, IReadOnlyList<MapSize> maps, bool mayDrop, bool force, Action<Exception> failed)
    {
        var sinks = new List<SinkStage>();
        try
        {
            foreach (var uri in uris)
            {
                var account = ledger.Open(uri.Name);
                sinks.Add(uri is WebSinkUri
                    ? new WebSinkStage(hub, maps, account, mayDrop, failed)
                    : new FrameSinkStage(uri.Open(account, new SinkOptions(force)), mayDrop, failed));
            }
            return [.. sinks];
        }
        catch
        {
            foreach (var sink in sinks)
                sink.Dispose();
            throw;
        }
    }
}
