using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge.Packets;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.Normalisations;
using FastCam.Video;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam calibrate</c>: measures the constants of the fixed normalisation on a source like the one to be watched.</summary>
static class CalibrateCommand
{
    const string Description =
        "Measure each layer's mean and standard deviation over a source, and write them into a new manifest: with --normalise gauss-fixed an empty scene "
        + "then stays calm, and what is unusual stands out. Ctrl-C ends a live source, and what was seen until then counts.";

    const int MostFrames = 2000;

    static readonly TimeSpan ReportPeriod = TimeSpan.FromSeconds(10);

    public static Command Create()
    {
        var source = new Argument<string>("SOURCE") { Description = "What run --source takes, showing what is usual where the camera will hang" };
        var output = new Option<string>("--output", "-o") { Description = "The manifest to write; the labels' file goes beside it", Required = true };
        var frames = OptionFactory.Count("--frames", "The most frames to look at", MostFrames, 1, int.MaxValue);
        var (model, sourceOptions) = (new ModelArguments(), new SourceArguments());
        var statistic = new StatisticArguments(ofFrames: true);
        var force = CommonOptions.Force();
        var command = HelpWithExamples.WithExamples(
            new Command("calibrate", Description) { source, output, frames },
            "fastcam calibrate empty-road.mp4 -o calibrated/efficientnet-lite0.json",
            "fastcam calibrate rtsp://camera/stream --login login.txt --frames 500 -o calibrated/efficientnet-lite0.json",
            "fastcam run --source road.mp4 --manifest calibrated/efficientnet-lite0.json --normalise gauss-fixed");
        foreach (var option in (Option[])[.. sourceOptions.ForGiven, .. model.All, .. statistic.All, force])
            command.Add(option);
        command.SetAction(parse =>
        {
            var path = parse.GetRequiredValue(output);
            if (File.Exists(path) && !parse.GetValue(force))
                throw MediaException.Exists(path, "name");
            var request = model.Read(parse);
            var loaded = request.Load();
            var options = statistic.Read(parse);
            using var network = request.Open(loaded, options);
            using var explainer = network.CreateExplainer();
            using var opened = SourceUri.Parse(parse.GetRequiredValue(source)).Open(sourceOptions.Options(parse, loop: false));
            var moments = loaded.ScaleEnds.Select(_ => new PooledMoments()).ToArray();
            var fit = statistic.ReadFit(parse) ?? loaded.Input.Fit;
            if (opened.Notice is { } notice)
                Terminal.Warn(notice);
            var (seen, skipped) = Measure(opened, explainer, network.CreateExplanation(), fit, parse.GetValue(frames), moments);
            if (seen == 0)
                throw new MediaException(MediaFault.SourceUnreadable, $"No frame of {opened.Name} was seen; nothing was written.");
            Write(path, Calibrated(loaded, options, fit, moments), loaded, parse.GetValue(force));
            Show(path, loaded, moments, seen);
            if (skipped is not null)
                throw skipped;
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Measures the frames; returns their number, and the error by which a source of images names at its end those that could not be read.</summary>
    static (int Seen, MediaException? Skipped) Measure(
        FrameSource source, Explainer explainer, FrameExplanation explanation, FitRule fit, int most, PooledMoments[] moments)
    {
        using var pools = new FramePools(1, StreamPipeline.LongestWait);
        using var signals = new StopSignals(source.Stop);
        var (seen, stills) = (0, 0);
        source.StatusChanged += status =>
        {
            if (RunConsole.SentenceOf(status) is { } sentence)
                Terminal.Warn(sentence);
        };
        void All(Action<int> report)
        {
            while (seen < most && !signals.AreSeen && source.WaitNext(out var header))
            {
                if (source.Still is { } image)
                {
                    stills++;
                    explainer.Explain(image.Pixels, image.Width, image.Height, fit, explanation); // An image is measured as explain sees it.
                    source.Skip();
                }
                else
                {
                    pools.For(header.Format);
                    var frame = pools.Rent();
                    if (!source.Read(frame))
                    {
                        frame.Release();
                        continue;
                    }
                    explainer.Explain(frame.AsI420(), fit, explanation);
                    frame.Release();
                }
                for (var layer = 0; layer < moments.Length; layer++)
                    moments[layer].Add(explanation.Statistics[layer]);
                report(++seen);
            }
        }

        try
        {
            if (Console.IsErrorRedirected)
            {
                var said = Stopwatch.GetTimestamp();
                All(count =>
                {
                    if (Stopwatch.GetElapsedTime(said) < ReportPeriod)
                        return;
                    said = Stopwatch.GetTimestamp();
                    Terminal.Warn($"{count} of at most {most} frames");
                });
            }
            else
            {
                Terminal.Error.Status().Start("measuring", context => All(count => context.Status($"{count} of at most {most} frames; Ctrl-C ends")));
            }
        }
        catch (MediaException error) when (stills > 0 && error.IsOfImage)
        {
            return (seen, error); // The other images are done, and count.
        }
        return (seen, null);
    }

    static Manifest Calibrated(Model model, ExplanationOptions options, FitRule fit, PooledMoments[] moments) => model.Manifest with
    {
        Schema = null,
        Input = model.Manifest.Input with { Fit = fit },
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model.FilePath))),
        Calibration = new Calibration
        {
            Statistic = options.Statistic.Name,
            Epsilon = options.Statistic.Epsilon,
            Biased = options.Statistic.IsBiased,
            Layers = [.. model.ScaleEnds.Zip(moments, (end, layer) => new CalibratedLayer(end.Name, layer.Moments.Mean, layer.Moments.Sigma > 0
                ? layer.Moments.Sigma
                : throw new CommandException(
                    ExitCode.SourceUnreadable,
                    $"{options.Statistic} is the same everywhere on {end.Name}, so there is nothing to normalise by; "
                    + "calibrate on a source that shows something.")))],
        },
    };

    static void Write(string path, Manifest manifest, Model model, bool force)
    {
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            if (manifest.Labels is { } labels)
                WriteLabels(Path.Combine(folder, labels), model.Labels, force);
            File.WriteAllText(path, manifest.ToJson() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(
                MediaFault.OutputUnwritable, $"The manifest {path} cannot be written ({e.Message.TrimEnd('.')}); choose another place.", e);
        }
    }

    static void WriteLabels(string path, IReadOnlyList<string> labels, bool force)
    {
        if (File.Exists(path) && File.ReadLines(path).SequenceEqual(labels))
            return;
        if (File.Exists(path) && !force)
        {
            throw new MediaException(
                MediaFault.OutputExists, $"{path} exists already, with other labels than the model's: put the manifest elsewhere.")
            { Setting = "force" };
        }
        File.WriteAllLines(path, labels);
    }

    static void Show(string path, Model model, PooledMoments[] moments, int frames)
    {
        var table = new Table().RoundedBorder().AddColumns("scale end", "mean", "sigma");
        foreach (var (end, layer) in model.ScaleEnds.Zip(moments))
            table.AddRow(Terminal.Escape(end.Name), Number(layer.Moments.Mean), Number(layer.Moments.Sigma));
        Terminal.Out.Write(table);
        Terminal.Say($"{path}: the constants of {frames} frames; use it with --manifest {path} --normalise gauss-fixed and the same --statistic");

        static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
    }
}
