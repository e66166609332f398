using System.CommandLine;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Tiles;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Edge.Commands;

/// <summary><c>fastcam explain</c>: still pictures in, their overlays, maps and classes out.</summary>
static class ExplainCommand
{
    static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm"];

    public static Command Create()
    {
        var images = new Argument<string[]>("IMAGE") { Description = "Images, or folders of images", Arity = ArgumentArity.OneOrMore };
        var output = new Option<string>("--output", "-o") { Description = "The folder that the results go to; made when missing", Required = true };
        var model = new ModelArguments();
        var explanation = new ExplanationArguments(overTime: false);
        var picture = new PictureArguments();
        var tiles = new TileOptions();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("explain", "Explain still pictures. For each, NAME.overlay.png, NAME.map.npy and NAME.map.png (the combined map, float32 and 16-bit), NAME.layer1.npy and on (each scale's raw statistic, finest first), NAME.class.npy (the class map, where one is drawn or named) and NAME.json (classes, taps, source rectangle, timings).") { images, output },
            "fastcam explain photo.jpg -o maps",
            "fastcam explain photo.jpg -o maps --view sheet",
            "fastcam explain photo.jpg -o maps --view fast-cam --class 'tiger cat' --mode soft",
            "fastcam explain holiday/ beach.png -o maps --fit letterbox --force",
            "fastcam explain photo.jpg -o maps --model my-network.onnx",
            "fastcam explain satellite.png -o maps --tile 224 --overlap 32");
        foreach (var option in (Option[])[.. model.All, .. explanation.All, .. picture.All, tiles.Tile, tiles.Overlap, force, json]) command.Add(option);
        command.SetAction(parse =>
        {
            var paths = Expand(parse.GetRequiredValue(images));
            var request = model.Read(parse);
            var asked = explanation.Read(parse);
            var settings = picture.Read(parse);
            var loaded = request.Load();
            var options = asked.For(loaded, settings.View, offersClassMap: settings.View.Kind == ViewKind.Sheet);
            if (tiles.Read(parse, [.. explanation.OfWholePictures, .. picture.OfWholePictures], loaded.Input) is { } tile)
            {
                // A core does a tile by itself in less time than two do one together; a device takes one pass at a time.
                var workers = ExecutionProvider.Choose(request.Provider)[0] == ExecutionProvider.Cpu ? Environment.ProcessorCount : 1;
                using var shared = request.Open(loaded, options, workers > 1 ? 1 : 0);
                var planned = ExplanationOutput.Plan(paths, parse.GetRequiredValue(output), layers: 0, hasClassMap: false, parse.GetValue(force));
                Say(parse.GetValue(json), ModelCatalog.Assumption(loaded), shared.Notice);
                using var tiled = new TiledExplanation(shared, options, tile, settings, workers);
                TiledConsole.Run(tiled, paths, planned, parse.GetValue(json));
                return (int)ExitCode.Success;
            }
            using var network = request.Open(loaded, options);
            using var explainer = new Explainer(network, options);
            var writer = new ExplanationWriter(network, options, explainer.Weights, asked.Fit ?? loaded.Input.Fit, settings);
            var outputs = ExplanationOutput.Plan(paths, parse.GetRequiredValue(output), loaded.Taps.Count, options.ClassMap is not null, parse.GetValue(force));
            Say(parse.GetValue(json), ModelCatalog.Assumption(loaded), network.Notice);
            Run(explainer, writer, paths, outputs, parse.GetValue(json));
            return (int)ExitCode.Success;
        });
        return command;
    }

    static void Say(bool json, params ReadOnlySpan<string?> lines)
    {
        if (json) return;
        foreach (var line in lines)
            if (line is not null) Console.Error.WriteLine(line);
    }

    static void Run(Explainer explainer, ExplanationWriter writer, IReadOnlyList<string> paths, IReadOnlyList<ExplanationOutput> outputs, bool json)
    {
        var reports = new List<string>();
        void One(int index)
        {
            try
            {
                reports.Add(writer.Write(explainer, paths[index], outputs[index]));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new MediaException(MediaFault.OutputUnwritable, $"The explanation of {paths[index]} cannot be written: {e.Message}", e);
            }
        }

        if (json || Console.IsErrorRedirected)
        {
            for (var i = 0; i < paths.Count; i++)
            {
                One(i);
                if (json) Console.Out.WriteLine(reports[i]);
            }
        }
        else
        {
            Terminal.Error.Progress().AutoClear(true).Start(progress =>
            {
                var task = progress.AddTask("explaining", maxValue: paths.Count);
                for (var i = 0; i < paths.Count; i++)
                {
                    task.Description = Markup.Escape(Path.GetFileName(paths[i]));
                    One(i);
                    task.Increment(1);
                }
            });
        }
        if (!json) Show(writer, outputs);
    }

    static void Show(ExplanationWriter writer, IReadOnlyList<ExplanationOutput> outputs)
    {
        var table = new Table().RoundedBorder().AddColumns("overlay", "class", "probability");
        var mapped = writer.MappedOfEach.Any(index => index >= 0);
        if (mapped) table.AddColumn("class map of");
        foreach (var (output, top, index) in outputs.Zip(writer.TopOfEach, writer.MappedOfEach))
        {
            string[] cells = [output.Overlay, top is { } best ? writer.Label(best.Class) : "–", top is { } probable ? $"{probable.Probability:P1}" : "–", .. mapped ? [index >= 0 ? writer.Label(index) : "–"] : (string[])[]];
            table.AddRow([.. cells.Select(Markup.Escape)]);
        }
        Terminal.Out.Write(table);
    }

    static List<string> List(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Where(file => Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MediaException(MediaFault.SourceUnreadable, $"The folder {folder} may not be read: permission denied.", e);
        }
    }

    static IReadOnlyList<string> Expand(IEnumerable<string> inputs)
    {
        var paths = new List<string>();
        foreach (var input in inputs)
        {
            if (Directory.Exists(input))
            {
                var inside = List(input);
                if (inside.Count == 0) throw new MediaException(MediaFault.SourceNotFound, $"There are no images in {input}; looked for {string.Join(", ", Endings)}.");
                paths.AddRange(inside);
            }
            else if (File.Exists(input)) paths.Add(input);
            else throw new MediaException(MediaFault.SourceNotFound, $"There is no image or folder at {input}.");
        }
        return paths;
    }
}
