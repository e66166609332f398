using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge;
using FastCam.Edge.Models;
using FastCam.Lab.Evaluation;
using FastCam.Onnx.Explanation;
using FastCam.Saliency.Masks;
using FastCam.Video;
using FastCam.Video.Sources;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam evaluate</c>: measures how well each kind of map says what the network looks at.</summary>
static class EvaluateCommand
{
    /// <summary>Batches gain nothing on a processor, where they only overflow the caches; other devices need them.</summary>
    const int BatchOnDevice = 32;

    const string Description =
        "Measure how well each kind of map says what the network looks at, on photos with known classes. Of the photos that the network recognises, "
        + "5 to 90 % of the pixels, the most salient ones first, are kept and the rest is filled (insertion; its accuracy is KAR's, \"keep\", without "
        + "the retraining), then they are removed (deletion; ROAR's, \"remove\").\n"
        + "A good map keeps the true class's probability up with few pixels kept and brings it down with few removed: the higher insertion minus "
        + "deletion, the better. Random pixels and a Gaussian at the centre are the controls.";

    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER")
        {
            Description = "Photos: in sub-folders named by class (index or label), or with --labels, or themselves named by class index (0004.jpg)",
        };
        var labels = new Option<string?>("--labels")
        {
            Description = "A text file: a line is a photo's file name and its class (index or label); or one class a line for each photo, in order of names",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The folder that evaluation.json and the plot evaluation.png go to; made when missing",
        };
        var fill = OptionFactory.Named<FillKind>("--fill", "What masked pixels become; by default blur (sigma 12 at 224)");
        var maps = new Option<string?>("--maps") { Description = "The kinds of map to judge, separated by commas; by default all" };
        var limit = Count("--limit", "Judge only so many of the photos, spread evenly");
        var batch = Count(
            "--batch", $"Masked photos a forward pass, where the model leaves its batch open; by default 1 on the processor, {BatchOnDevice} elsewhere");
        var model = new ModelArguments();
        var statistic = new StatisticArguments(ofFrames: false);
        var strict = CommonOptions.Strict();
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("evaluate", Description) { folder, labels, output, fill, maps, limit, batch },
            "fastcam evaluate photos -o result                 photos/0207/*.jpg, photos/tabby/*.jpg, …",
            "fastcam evaluate photos --labels classes.txt      classes.txt: a.jpg tabby",
            "fastcam evaluate photos --fill mean --maps combined-prior,grad-cam,random --json");
        foreach (var option in (Option[])[.. model.All, .. statistic.All, strict, force, json])
            command.Add(option);
        command.SetAction(parse =>
        {
            var asked = model.Read(parse);
            var loaded = asked.Load();
            var options = MapKind.OptionsFor(loaded, statistic.Read(parse));
            var workers = asked.RunsOnProcessor ? Environment.ProcessorCount : 1;
            using var network = asked.Open(loaded, options, workers > 1 ? 1 : 0);
            var result = EvaluationOutput.Plan(parse.GetValue(output), parse.GetValue(force));
            var kinds = MapKind.Choose(network.Model, parse.GetValue(maps));
            var plan = new EvaluationPlan(
                kinds, parse.GetValue(fill) ?? FillKind.Blur, statistic.ReadFit(parse) ?? loaded.Input.Fit,
                parse.GetValue(batch) ?? (asked.RunsOnProcessor ? 1 : BatchOnDevice), workers);
            var asJson = parse.GetValue(json);
            var others = new List<OtherFiles>();
            var found = LabelledPhoto.Find(
                parse.GetRequiredValue(folder), parse.GetValue(labels), loaded.Labels, network.Head.Classes, (place, files) => others.Add(new(place, files)));
            var photos = Spread(found, parse.GetValue(limit));
            Notices.Say(asJson, others, ModelCatalog.Assumption(loaded), network.Notice, MapKind.ReasonForNoClassMaps(loaded));
            var start = Stopwatch.GetTimestamp();
            var skipped = new SkippedImages(photos.Count, parse.GetValue(strict), asJson);
            var answers = Judge(network, plan, photos, skipped, asJson);
            if (answers.Count == 0)
                skipped.ThrowIfAny();
            var report = Report(network, plan, parse.GetRequiredValue(folder), answers, Stopwatch.GetElapsedTime(start));
            var text = JsonSerializer.Serialize(report, EvaluationJson.Default.EvaluationReport);
            result?.Write(report, text);
            if (asJson)
                Console.Out.WriteLine(text);
            else
                Show(report, result);
            skipped.ThrowIfAny();
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Creates an option that may be absent and takes a number above 0.</summary>
    static Option<int?> Count(string name, string description)
    {
        const int Most = 100_000;
        return OptionFactory.Optional<int>(name, description, "number", $"is a number from 1 to {Most}", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most ? count : null);
    }

    static IReadOnlyList<LabelledPhoto> Spread(IReadOnlyList<LabelledPhoto> photos, int? limit) =>
        limit is { } count && count < photos.Count
            ? [.. Enumerable.Range(0, count).Select(place => photos[(int)((long)place * photos.Count / count)])]
            : photos;

    static IReadOnlyList<PhotoResult> Judge(
        ExplainedNetwork network, EvaluationPlan plan, IReadOnlyList<LabelledPhoto> photos, SkippedImages skipped, bool quiet)
    {
        void Skip(LabelledPhoto photo, MediaException error)
        {
            if (!error.IsOfImage)
                throw error;
            skipped.Add(photo.Path, error);
        }

        if (quiet || Console.IsErrorRedirected)
            return Evaluator.Run(network, plan, photos, Skip, () => { });
        return Terminal.Error.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .Start(progress =>
            {
                var task = progress.AddTask($"judging {plan.Kinds.Count} kinds of map on {photos.Count} photos", maxValue: photos.Count);
                return Evaluator.Run(network, plan, photos, Skip, () => task.Increment(1));
            });
    }

    static EvaluationReport Report(ExplainedNetwork network, EvaluationPlan plan, string folder, IReadOnlyList<PhotoResult> answers, TimeSpan took)
    {
        var right = answers.Where(answer => answer.IsRight).ToList();
        if (right.Count == 0)
        {
            throw new CommandException(
                ExitCode.BadOption,
                $"{network.Model.Name} recognises none of the {answers.Count} photos in {folder}, so there is nothing to judge maps by; "
                + "check the labels and the manifest.");
        }
        return new EvaluationReport(
            network.Model.Name, network.Provider.Name, folder, EnumNames.Format(plan.Fit), EnumNames.Format(plan.Fill), answers.Count, right.Count,
            EvaluationPlan.Fractions, MapScore.FromResults(plan.Kinds, right), took.TotalSeconds);
    }

    static void Show(EvaluationReport report, EvaluationOutput? output)
    {
        var table = new Table().RoundedBorder().AddColumns("map", "insertion", "deletion", "ins − del", "kept", "removed", "kept − rem", "Eq 8", "Eq 9");
        for (var column = 1; column < table.Columns.Count; column++)
            table.Columns[column].RightAligned();
        foreach (var score in report.Maps.OrderByDescending(score => score.Probability))
        {
            table.AddRow(
                score.Map, Number(score.Insertion.Average()), Number(score.Deletion.Average()), $"[bold]{Signed(score.Probability)}[/]",
                Number(score.Kept.Average()), Number(score.Removed.Average()), Signed(score.Accuracy), Signed(score.Difference), Signed(score.Information));
        }
        Terminal.Out.Write(table);
        var percents = string.Join(", ", report.Fractions.Select(fraction => $"{100 * fraction:0}"));
        Terminal.Say(
            $"{report.Right} of {report.Photos} photos recognised; means over those, with {percents} % of the pixels kept, or removed; "
            + $"fill {report.Fill}; {report.Seconds:F0} s.");
        Terminal.Say(
            "Insertion, deletion: the true class's probability. Kept, removed: accuracy (KAR, ROAR without retraining). "
            + "Eq 8, Eq 9: the paper's scores against random pixels.");
        if (output is not null)
            Terminal.Say($"Written: {output.Report}, {output.Plot}");
    }

    static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    static string Signed(double? value) => value?.ToString("+0.000;−0.000;0.000", CultureInfo.InvariantCulture) ?? "–";
}
