using System.CommandLine;
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
        var model = CommonOptions.Model();
        var manifest = CommonOptions.Manifest();
        var taps = CommonOptions.Taps();
        var size = CommonOptions.InputSize();
        var fit = CommonOptions.Fit();
        var tiles = new TileOptions();
        var weights = CommonOptions.Weights();
        var opacity = CommonOptions.Opacity();
        var colours = CommonOptions.Colours();
        var provider = CommonOptions.Provider();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("explain", "Explain still pictures. For each, NAME.overlay.png, NAME.map.npy and NAME.map.png (the combined map, float32 and 16-bit), NAME.layer1.npy and on (each scale's raw statistic, finest first) and NAME.json (classes, taps, source rectangle, timings).") { images, output, model, manifest, taps, size, fit, tiles.Tile, tiles.Overlap, weights, opacity, colours, provider, force, json },
            "fastcam explain photo.jpg -o maps",
            "fastcam explain holiday/ beach.png -o maps --fit letterbox --force",
            "fastcam explain photo.jpg -o maps --model my-network.onnx",
            "fastcam explain satellite.png -o maps --tile 224 --overlap 32");
        command.SetAction(parse =>
        {
            var paths = Expand(parse.GetRequiredValue(images));
            using var network = Network.Open(ModelCatalog.Load(parse.GetRequiredValue(model), parse.GetValue(manifest), CommonOptions.ModelOptions(parse.GetValue(taps), parse.GetValue(size))), parse.GetRequiredValue(provider));
            var scaleWeights = CommonOptions.ResolveWeights(parse.GetRequiredValue(weights), network.Model.Taps.Count);
            if (tiles.Read(parse, parse.GetValue(fit), network.Model.Input) is { } tile)
            {
                var planned = ExplanationOutput.Plan(paths, parse.GetRequiredValue(output), layers: 0, parse.GetValue(force));
                Say(parse.GetValue(json), ModelCatalog.Assumption(network.Model), network.Notice);
                using var explanation = new TiledExplanation(network, scaleWeights, tile, parse.GetValue(opacity), parse.GetRequiredValue(colours));
                TiledConsole.Run(explanation, paths, planned, parse.GetValue(json));
                return (int)ExitCode.Success;
            }
            using var explainer = new Explainer(network, scaleWeights);
            var writer = new ExplanationWriter(network, scaleWeights, parse.GetValue(fit) ?? network.Model.Input.Fit, parse.GetValue(opacity), parse.GetRequiredValue(colours));
            var outputs = ExplanationOutput.Plan(paths, parse.GetRequiredValue(output), network.Model.Taps.Count, parse.GetValue(force));
            Say(parse.GetValue(json), ModelCatalog.Assumption(network.Model), network.Notice);
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
        foreach (var (output, top) in outputs.Zip(writer.TopOfEach))
            table.AddRow(Markup.Escape(output.Overlay), Markup.Escape(top is { } best ? writer.Label(best.Class) : "–"), top is { } probable ? $"{probable.Probability:P1}" : "–");
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
