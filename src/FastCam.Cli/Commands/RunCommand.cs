using System.CommandLine;
using FastCam.Cli.Options;
using FastCam.Edge.Pipeline;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam run</c>: runs a stream from its source to its sinks.</summary>
static class RunCommand
{
    const string Description =
        "Explain a stream of frames and send the overlay to its sinks. Ctrl-C ends it in order: what was captured still reaches every sink.";

    public static Command Create()
    {
        var source = new SourceArguments();
        var sink = new Option<string[]>("--sink")
        {
            Description = "Where frames go, once for each: web://127.0.0.1:8080, file:out.mp4, images:dir/, null:",
            DefaultValueFactory = _ => [RunRequest.DefaultSink],
        };
        var loop = new Option<bool>("--loop") { Description = "Begin anew when the source ends" };
        var pace = OptionFactory.Named<Pace>(
            "--pace",
            "As the timestamps say, or as fast as possible; by default realtime for the page and for what never ends, max otherwise");
        var delivery = OptionFactory.Named<Delivery>(
            "--delivery",
            "live: frames never wait for the network; every-frame: each has its own map. By default live for the page, every-frame otherwise");
        var model = new ModelArguments();
        var explanation = new ExplanationArguments(overTime: true);
        var overlay = new OverlayArguments();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("run", Description) { sink, loop, pace, delivery },
            "fastcam run --source media/tour.mp4 --loop",
            "fastcam run --source 'camera:0?size=1280x720&rate=30'",
            "fastcam run --source rtsp://192.168.1.20/stream1 --login camera.login",
            "fastcam run --source in.mp4 --sink file:out.mp4 --opacity 0.5 --colormap viridis",
            "fastcam run --source in.mp4 --sink file:out.mp4 --view lovi --mode soft --legend",
            "fastcam run --source in.mp4 --sink file:out.mp4 --view fast-cam --class 'tiger cat'",
            "fastcam run --source 'photos/*.jpg' --sink images:overlays/",
            "fastcam run --source in.mp4 --sink file:out.mp4 --sink web://127.0.0.1:8081 --model my-network.onnx",
            "fastcam run --source test:1280x720@30?frames=2000 --sink null: --json");
        foreach (var option in (Option[])[.. source.All, .. model.All, .. explanation.All, .. overlay.All, force, json])
            command.Add(option);
        command.SetAction(parse => StreamRunner.RunAsync(new RunRequest(
            source.Source(parse), source.Options(parse, parse.GetValue(loop)), parse.GetRequiredValue(sink), parse.GetValue(pace), parse.GetValue(delivery),
            model.Read(parse), explanation.Read(parse), overlay.Read(parse), parse.GetValue(force), parse.GetValue(json))));
        return command;
    }
}

/// <summary>What <c>fastcam run</c> was asked for.</summary>
sealed record RunRequest(
    string Source, SourceOptions SourceOptions, IReadOnlyList<string> Sinks, Pace? Pace, Delivery? Delivery,
    ModelRequest Model, ExplanationRequest Explanation, OverlaySettings Overlay, bool Force, bool Json)
{
    public const string DefaultSink = "web://127.0.0.1:8080";

    /// <summary>Returns the delivery asked for, or the default: live where somebody watches or the source cannot wait.</summary>
    public Delivery DeliveryFor(FrameSource source, bool hasWebSink) =>
        Delivery ?? (hasWebSink || source.IsLive ? Edge.Pipeline.Delivery.Live : Edge.Pipeline.Delivery.EveryFrame);

    /// <summary>
    /// Returns the pace that an option or the source's URI names, or the default: realtime for what is live or watched, and for what never ends.
    /// </summary>
    public Pace PaceFor(Delivery delivery, SourceUri uri, FrameSource source, bool hasWebSink)
    {
        if (Pace is { } named)
            return named;
        var isRealtime = uri.Realtime ?? (delivery == Edge.Pipeline.Delivery.Live || hasWebSink || !source.IsFinite);
        return isRealtime ? Edge.Pipeline.Pace.Realtime : Edge.Pipeline.Pace.Max;
    }
}
