using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge.Models;
using FastCam.Lab.Bench;
using FastCam.Lab.Generation;
using FastCam.Onnx.Models;
using FastCam.Video;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam bench</c>: measures what an explanation costs on this machine.</summary>
static class BenchCommand
{
    const int Pairs = 300;
    const int QuickPairs = 20;
    const int MostThreads = 1024;

    const string Description =
        "Measure what an explanation costs on this machine: the pass with all maps against the bare pass, in turn, pair by pair; each kernel against "
        + "a pure read of the same values; what is done to whole frames against a copy; the pipeline's rate; start-up and memory.\n"
        + "Every figure is a ratio of medians with its interval; for good ones let nothing else run.";

    public static Command Create()
    {
        var model = new Argument<string?>("MODEL")
        {
            Description = $"An .onnx file, or the name of a bundled model; by default {ModelCatalog.Default}",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var generate = new Option<string?>("--generate")
        {
            Description = $"Measure a generated network instead [{string.Join("|", NetworkGenerator.Names)}]",
            HelpName = "network",
        };
        var threads = OptionFactory.Parsed("--threads", "Threads in a pass; each of these is measured", $"1,{Environment.ProcessorCount}", ParseThreads);
        var pairs = OptionFactory.Count("--pairs", "Interleaved pairs of each comparison", Pairs, 1, 100_000);
        var quick = new Option<bool>("--quick") { Description = $"{QuickPairs} pairs, for a first impression" };
        var soak = OptionFactory.Count(
            "--soak", $"Instead, run a stream of so many frames, {Soak.FewestFrames} or more, and fit how its memory grows", 0, 0, int.MaxValue);
        var output = new Option<string?>("--output", "-o") { Description = "The plot to write", HelpName = "plot.png" };
        var readme = new Option<bool>("--readme") { Description = "Markdown, as the README has it" };
        var (manifest, taps, size) = (CommonOptions.Manifest(), CommonOptions.Taps(), CommonOptions.InputSize());
        var (provider, force, json) = (CommonOptions.Provider(), CommonOptions.Force(), CommonOptions.Json());
        var command = HelpWithExamples.WithExamples(
            new Command("bench", Description) { model, generate, threads, pairs, quick, soak, output, readme, manifest, taps, size, provider, force, json },
            "fastcam bench --quick",
            "fastcam bench --generate resnet50 --threads 1,2 -o resnet50.png",
            "fastcam bench my-network.onnx --json",
            "fastcam bench --soak 20000");
        command.SetAction(parse =>
        {
            using var source = BenchModel.Open(
                parse.GetValue(model), parse.GetValue(generate), parse.GetValue(manifest), parse.GetValue(taps), parse.GetValue(size));
            if (parse.GetValue(soak) is > 0 and var frames)
                return RunSoak(source.Model, parse.GetRequiredValue(provider), frames, parse.GetValue(json));
            var plot = Plan(parse.GetValue(output), parse.GetValue(force));
            var plan = new BenchPlan(
                source.Model, source.RunStream, parse.GetRequiredValue(provider), parse.GetRequiredValue(threads),
                parse.GetValue(quick) ? QuickPairs : parse.GetValue(pairs));
            var report = Measure(parse.GetValue(json), progress => Bencher.Run(plan, progress));
            if (plot is not null)
            {
                using var figure = BenchPlot.Draw(report);
                figure.SavePng(plot);
            }
            if (parse.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.BenchReport));
            else if (parse.GetValue(readme))
                Console.Out.Write(BenchMarkdown.Create(report));
            else
                BenchView.Show(report, Terminal.Out);
            return (int)ExitCode.Success;
        });
        return command;
    }

    static int[] ParseThreads(string text)
    {
        return [.. text.Split(',').Select(Parse).Distinct()];

        int Parse(string count) => int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= MostThreads
            ? number
            : throw new FormatException($"numbers from 1 to {MostThreads}, separated by commas, are wanted, not {text}.");
    }

    /// <summary>Checks, before any work, that the plot may be written.</summary>
    static string? Plan(string? plot, bool force)
    {
        if (plot is null)
            return null;
        if (!plot.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new CommandException(ExitCode.BadOption, $"The plot is a PNG image: give a name that ends in .png, not {plot}.");
        if (!force && File.Exists(plot))
            throw MediaException.Exists(plot, "file");
        if (Path.GetDirectoryName(Path.GetFullPath(plot)) is { } folder && !Directory.Exists(folder))
            throw new MediaException(MediaFault.OutputUnwritable, $"There is no folder {folder}; make it, or choose another file.");
        return plot;
    }

    static int RunSoak(Model model, string provider, int frames, bool json)
    {
        if (frames < Soak.FewestFrames)
            throw new CommandException(ExitCode.BadOption, $"--soak: fewer than {Soak.FewestFrames} frames show no growth; give more.");
        var report = Measure(json, progress => Soak.Run(model, provider, frames, progress));
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(report, BenchJson.Default.SoakReport));
        else
            BenchView.Show(report, Terminal.Out);
        return (int)ExitCode.Success;
    }

    static T Measure<T>(bool quiet, Func<Action<string, int, int>, T> run)
    {
        if (quiet)
            return run(static (_, _, _) => { });
        if (Console.IsErrorRedirected)
        {
            var said = "";
            return run((what, _, _) =>
            {
                if (what != said)
                    Terminal.Warn($"measuring {said = what}");
            });
        }
        return Terminal.Error.Progress().AutoClear(true).AutoRefresh(false).Start(progress => run(new BenchProgress(progress).Report));
    }
}

/// <summary>The network that is measured. A generated one is a file that is deleted at the end.</summary>
sealed class BenchModel : IDisposable
{
    readonly DirectoryInfo? _folder;
    readonly IReadOnlyList<string> _arguments; // A child process needs them beside the model's file.

    BenchModel(Model model, IReadOnlyList<string> arguments, DirectoryInfo? folder)
    {
        _folder = folder;
        Model = model;
        _arguments = arguments;
    }

    public Model Model { get; }

    /// <summary>Runs a stream through the model in a process of its own.</summary>
    public JsonElement RunStream(string source, string sink, string provider) =>
        ChildProcess.Run(["run", "--source", source, "--sink", sink, "--json", "--provider", provider, "--model", Model.FilePath, .. _arguments]);

    /// <exception cref="CommandException">Both are named, or the network cannot be generated.</exception>
    /// <exception cref="MediaException">The generated file cannot be written.</exception>
    /// <exception cref="Onnx.ModelException">The model is missing or wrong.</exception>
    public static BenchModel Open(string? model, string? generate, string? manifest, string? taps, (int Width, int Height)? size)
    {
        if (model is not null && generate is not null)
            throw new CommandException(ExitCode.BadOption, "Name a model or give --generate, not both.");
        var arguments = new List<string>();
        if (manifest is not null)
            arguments.AddRange(["--manifest", manifest]);
        if (taps is not null)
            arguments.AddRange(["--taps", taps]);
        if (generate is null)
        {
            if (size is { } sides)
                arguments.AddRange(["--input-size", $"{sides.Width}x{sides.Height}"]);
            var named = ModelCatalog.Load(model ?? ModelCatalog.Default, manifest, CommonOptions.ModelOptions(taps, size));
            return new BenchModel(named, arguments, null);
        }
        if (size is { } side && side.Width != side.Height)
            throw new CommandException(ExitCode.BadOption, "--input-size: a generated network's input is square; give one side.");
        var folder = Directory.CreateTempSubdirectory("fastcam-bench-");
        try
        {
            var generated = ModelCatalog.Load(Generate(folder, generate, size?.Width), manifest, CommonOptions.ModelOptions(taps, null));
            return new BenchModel(generated, arguments, folder);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    static string Generate(DirectoryInfo folder, string network, int? size)
    {
        var path = Path.Combine(folder.FullName, $"{network}.onnx");
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew);
            NetworkGenerator.Write(file, network, new GeneratorOptions { InputSize = size });
            return path;
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.BadOption, e.Message, e);
        }
        catch (IOException e)
        {
            throw new MediaException(MediaFault.OutputUnwritable, $"{path} cannot be written ({e.Message.TrimEnd('.')}).", e);
        }
    }

    public void Dispose() => _folder?.Delete(recursive: true);
}

/// <summary>Runs this program once more, for what only a whole process can show.</summary>
static class ChildProcess
{
    /// <summary>Runs the program to its end and returns the JSON object of its last line.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is its error output.</exception>
    public static JsonElement Run(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>();
        var start = new ProcessStartInfo(program, [.. host, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', arguments)}: {error.Result}");
        return JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
