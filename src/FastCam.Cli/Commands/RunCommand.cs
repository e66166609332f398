using System.CommandLine;
using FastCam.Cli.Options;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Streams;

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
            Description = $"Where frames go, once for each: {SinkSchemes.Forms}",
            DefaultValueFactory = _ => [.. StreamConfig.Defaults.Sinks!],
        };
        var loop = new Option<bool>("--loop") { Description = "Begin anew when the source ends" };
        var pace = OptionFactory.Named<Pace>(
            "--pace",
            "As the timestamps say, or as fast as possible; by default realtime for the page, a window and what never ends, max otherwise");
        var delivery = OptionFactory.Named<Delivery>(
            "--delivery",
            "live: frames never wait for the network; every-frame: each has its own map. By default live for the page and a window, every-frame otherwise");
        var model = new ModelArguments();
        var explanation = new ExplanationArguments(overTime: true);
        var overlay = new OverlayArguments();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("run", Description) { sink, loop, pace, delivery },
            "fastcam run --source media/tour.mp4 --loop",
            "fastcam run --source 'camera:0?size=1280x720&rate=30'",
            "fastcam run --sink window:",
            "fastcam run --source rtsp://192.168.1.20/stream1 --login camera.login",
            "fastcam run --source in.mp4 --sink file:out.mp4 --opacity 0.5 --colormap viridis",
            "fastcam run --source in.mp4 --sink file:out.mp4 --view lovi --mode soft --legend",
            "fastcam run --source in.mp4 --sink file:out.mp4 --view fast-cam --class 'tiger cat'",
            "fastcam run --source 'photos/*.jpg' --sink images:overlays/",
            "fastcam run --source in.mp4 --sink file:out.mp4 --sink web://127.0.0.1:8081 --model my-network.onnx",
            "fastcam run --source test:1280x720@30?frames=2000 --sink null: --json");
        foreach (var option in (Option[])[.. source.All, .. model.All, .. explanation.All, .. overlay.All, force, json])
            command.Add(option);
        command.SetAction(parse =>
        {
            var asked = new StreamConfig
            {
                Sinks = parse.Given(sink),
                Pace = parse.GetValue(pace),
                Delivery = parse.GetValue(delivery),
                Force = parse.GivenValue(force),
                Loop = parse.GivenValue(loop),
            };
            asked = overlay.AddTo(explanation.AddTo(model.AddTo(source.AddTo(asked, parse), parse), parse), parse);
            return StreamRunner.RunAsync(asked, parse.GetValue(json));
        });
        return command;
    }
}
