using FastCam.Edge.Pipeline;
using FastCam.Edge.Web;
using FastCam.Onnx.Runtime;
using FastCam.Video;

namespace FastCam.Edge.Commands;

/// <summary>Puts a stream together from what was asked for, runs it, and reports.</summary>
static class StreamRunner
{
    public static async Task<int> RunAsync(RunRequest request)
    {
        var sinkUris = request.Sinks.Select(SinkUri.Parse).ToList();
        var web = sinkUris.OfType<WebSinkUri>().ToList();
        if (web.Count > 1) throw new CommandException(ExitCode.BadOption, "One page serves any number of viewers: give one web:// sink.");
        var uri = SourceUri.Parse(request.Source);
        var opening = Task.Run(() => uri.Open(request.SourceOptions));
        using var network = Network.Open(ModelCatalog.Load(request.Model, request.Manifest, request.Options), request.Provider);
        CommonOptions.ResolveWeights(request.Weights, network.Model.Taps.Count);
        using var opened = await opening;
        var delivery = request.DeliveryFor(opened, web.Count > 0);
        var pace = request.PaceFor(delivery, uri, opened, web.Count > 0);
        var source = pace == Pace.Realtime && !opened.IsLive && opened is not PacedSource ? new PacedSource(opened) : opened;
        var settings = new StreamSettings
        {
            Delivery = delivery,
            Weights = request.Weights,
            View = request.View,
            Opacity = request.Opacity,
            Colours = request.Colours,
            Fit = request.Fit ?? network.Model.Input.Fit,
        };
        var hub = new LiveHub();
        var ledger = new Ledger(source.Name);
        var mayDrop = delivery == Delivery.Live;
        using var pipeline = new StreamPipeline(source, network, settings, ledger, failed => OpenSinks(sinkUris, ledger, hub, network, mayDrop, request.Force, failed));
        var console = new RunConsole(request.Json, pipeline, settings, network, ModelCatalog.Assumption(network.Model));
        var view = new StreamView(pipeline, settings, network, console.Notices);
        await using var server = web is [var address] ? await WebServer.StartAsync(address.Host, address.Port, hub, view) : null;
        using var signals = new StopSignals(pipeline.Stop);
        console.Started(server?.Address, pace);
        try
        {
            using (console.ShowProgress()) await Task.Factory.StartNew(pipeline.Run, TaskCreationOptions.LongRunning);
        }
        finally
        {
            view.HasEnded = true;
            console.Ended();
        }
        return (int)ExitCode.Success;
    }

    static SinkStage[] OpenSinks(IReadOnlyList<SinkUri> uris, Ledger ledger, LiveHub hub, Network network, bool mayDrop, bool force, Action<Exception> failed)
    {
        var sinks = new List<SinkStage>();
        try
        {
            foreach (var uri in uris)
            {
                var account = ledger.Open(uri.Name);
                sinks.Add(uri is WebSinkUri
                    ? new WebSinkStage(hub, network.Model.Taps, account, mayDrop, failed)
                    : new FrameSinkStage(uri.Open(account, new SinkOptions(force)), mayDrop, failed));
            }
            return [.. sinks];
        }
        catch
        {
            foreach (var sink in sinks) sink.Dispose();
            throw;
        }
    }
}
