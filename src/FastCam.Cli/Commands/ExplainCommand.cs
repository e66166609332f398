using System.CommandLine;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge.Images;
using FastCam.Edge.Models;
using FastCam.Edge.Overlays;
using FastCam.Edge.Tiles;
using FastCam.Video;
using FastCam.Video.Sources;
using FastCam.Video.Stills;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam explain</c>: makes overlays, maps and classes of images.</summary>
static class ExplainCommand
{
    const string Description =
        "Explain images. For each, NAME.overlay.png, NAME.map.npy and NAME.map.png (the combined map, float32 and 16-bit), NAME.layer1.npy and on "
        + "(each scale's raw statistic, finest first), NAME.class.npy (the class map, where one is drawn or named) and NAME.json (classes, taps, "
        + "source rectangle, timings).";

    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE") { Description = $"Images, or folders of images ({StillFormat.Names})", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The folder that the results go to; made when missing", Required = true };
        var model = new ModelArguments();
        var explanation = new ExplanationArguments(overTime: false);
        var overlay = new OverlayArguments();
        var tiles = new TileArguments();
        var strict = CommonOptions.Strict();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("explain", Description) { images, output },
            "fastcam explain photo.jpg -o maps",
            "fastcam explain photo.jpg -o maps --view sheet",
            "fastcam explain photo.jpg -o maps --view fast-cam --class 'tiger cat' --mode soft",
            "fastcam explain holiday/ beach.png -o maps --fit letterbox --force",
            "fastcam explain photo.jpg -o maps --model my-network.onnx",
            "fastcam explain satellite.png -o maps --tile 224 --overlap 32");
        foreach (var option in (Option[])[.. model.All, .. explanation.All, .. overlay.All, tiles.Tile, tiles.Overlap, strict, force, json])
            command.Add(option);
        command.SetAction(parse =>
        {
            var asJson = parse.GetValue(json);
            var (paths, others) = Expand(parse.GetRequiredValue(images));
            _ = Task.Run(StillPipeline.Prepare); // It runs while the model is opened; the first image reports what is wrong with it.
            var request = model.Read(parse);
            var asked = explanation.Read(parse);
            var settings = overlay.Read(parse);
            var loaded = request.Load();
            var options = asked.For(loaded, settings.View, offersClassMap: settings.View.Kind == ViewKind.Sheet);
            var tile = tiles.Read(parse, [.. explanation.OfWholeImages, .. overlay.OfWholeImages], loaded.Input);
            // A core does an image, or a tile, by itself in less time than two cores do one together.
            var workers = ExplanationRun.Workers(tile is null ? paths.Count : int.MaxValue, request.RunsOnProcessor);
            using var network = request.Open(loaded, options, workers > 1 ? Math.Max(1, Environment.ProcessorCount / workers) : 0);
            var skipped = new SkippedImages(paths.Count, parse.GetValue(strict), asJson);
            if (tile is { } size)
            {
                var planned = ExplanationOutput.Plan(paths, parse.GetRequiredValue(output), layers: 0, hasClassMap: false, parse.GetValue(force));
                Notices.Say(asJson, others, ModelCatalog.Assumption(loaded), network.Notice);
                using var tiled = new TiledExplanation(network, size, settings, workers);
                new TiledConsole(tiled, paths, planned, skipped, asJson).Run();
                skipped.ThrowIfAny();
                return (int)ExitCode.Success;
            }
            using var run = new ExplanationRun(network, asked.Fit ?? loaded.Input.Fit, settings, workers, asJson);
            var outputs = ExplanationOutput.Plan(
                paths, parse.GetRequiredValue(output), loaded.ScaleEnds.Count, options.ClassMap is not null, parse.GetValue(force));
            Notices.Say(asJson, others, ModelCatalog.Assumption(loaded), network.Notice);
            run.Run(paths, outputs, skipped);
            skipped.ThrowIfAny();
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Returns the images that are named, those of folders among them, and the folders' other files.</summary>
    /// <exception cref="MediaException">There is nothing at a place, or a folder holds no image.</exception>
    static (IReadOnlyList<string> Images, IReadOnlyList<OtherFiles> Others) Expand(IEnumerable<string> inputs)
    {
        var paths = new List<string>();
        var others = new List<OtherFiles>();
        foreach (var input in inputs)
        {
            if (Directory.Exists(input))
            {
                var inside = StillFolder.List(input);
                if (inside.Images.Count == 0)
                    throw new MediaException(MediaFault.SourceNotFound, $"There are no images in {input}; {StillFormat.Names} are read.");
                paths.AddRange(inside.Images);
                others.Add(new(input, inside.Others));
            }
            else if (File.Exists(input))
            {
                paths.Add(input);
            }
            else if (input.StartsWith('-'))
            {
                throw new CommandException(ExitCode.BadOption, $"There is no option {input}; see fastcam explain --help.");
            }
            else
            {
                throw new MediaException(MediaFault.SourceNotFound, $"There is no image or folder at {input}.");
            }
        }
        return (paths, others);
    }
}
