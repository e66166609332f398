using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge;
using FastCam.Edge.Images;
using FastCam.Edge.Models;
using FastCam.Lab.Evaluation;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Saliency.Masks;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam mask</c>: writes a photo with its most salient pixels alone, or without them.</summary>
static class MaskCommand
{
    const string Description =
        "Mask a photo by its saliency: keep the most salient pixels (KAR, keep and retrain) or remove them (ROAR, remove and retrain), to see or to "
        + "test whether a network needs them. Counts are exact, at the photo's own resolution, within what the network was shown of it; the rest "
        + "stays as it is.";

    public static Command Create()
    {
        var image = new Argument<string>("IMAGE") { Description = "The image" };
        var keep = Share("--keep", "Keep this part of the pixels, the most salient ones (KAR)");
        var remove = Share("--remove", "Remove this part of the pixels, the most salient ones (ROAR)");
        var fill = OptionFactory.Named<FillKind>(
            "--fill",
            "What masked pixels become: the mean colour of what the network was shown (the default), black, the photo blurred, or ROAD's noisy mean of "
            + "the neighbours");
        var output = new Option<string?>("--output", "-o")
        {
            Description = "The PNG to write; by default NAME.keep10.png or NAME.remove30.png in the current folder",
        };
        var map = new Option<string>("--map")
        {
            Description = "The map that says what is salient: combined-equal, combined-rule, combined-prior, layer1 and on, grad-cam, grad-cam++, "
                + "xgrad-cam, fast-cam-prior and so on, random or gaussian",
            DefaultValueFactory = _ => MapKind.Default,
        };
        var @class = new Option<string?>("--class") { Description = "The class that class maps speak of, by index or label; by default the most probable" };
        var model = new ModelArguments();
        var statistic = new StatisticArguments(ofFrames: false);
        var force = CommonOptions.Force();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("mask", Description) { image, keep, remove, fill, output, map, @class },
            "fastcam mask photo.jpg --keep 10%",
            "fastcam mask photo.jpg --remove 30% --fill road -o without.png",
            "fastcam mask photo.jpg --keep 10% --map fast-cam-prior --class tabby");
        foreach (var option in (Option[])[.. model.All, .. statistic.All, force, json])
            command.Add(option);
        command.SetAction(parse =>
        {
            var share = (parse.GetValue(keep), parse.GetValue(remove)) switch
            {
                ({ } kept, null) => new MaskShare(true, kept),
                (null, { } removed) => new MaskShare(false, removed),
                _ => throw new CommandException(ExitCode.BadOption, "Give either --keep or --remove, and a part of the pixels: 10%."),
            };
            var path = parse.GetRequiredValue(image);
            if (Directory.Exists(path))
                throw new MediaException(MediaFault.SourceNotFound, $"{path} is a folder; name one image in it.");
            var target = Target(path, share, parse.GetValue(output), parse.GetValue(force));
            var photo = StillImage.Load(path);
            var asked = model.Read(parse);
            var loaded = asked.Load();
            var options = MapKind.OptionsFor(loaded, statistic.Read(parse));
            using var network = asked.Open(loaded, options);
            var asJson = parse.GetValue(json);
            if (!asJson && ModelCatalog.Assumption(loaded) is { } assumption)
                Terminal.Warn(assumption);
            var request = new MaskRequest(
                path, photo, statistic.ReadFit(parse) ?? loaded.Input.Fit, parse.GetRequiredValue(map), parse.GetValue(@class), share,
                parse.GetValue(fill) ?? FillKind.Mean, target);
            var report = Mask(network, request);
            photo.SavePng(target);
            if (asJson)
                Console.Out.WriteLine(JsonSerializer.Serialize(report, MaskJson.Default.MaskReport));
            else
                Show(report);
            return (int)ExitCode.Success;
        });
        return command;
    }

    /// <summary>Creates an option that may be absent and takes a percentage or a fraction.</summary>
    static Option<double?> Share(string name, string description) =>
        OptionFactory.Optional<double>(name, description, "part", "takes a part of the pixels, such as 10% or 0.1", text =>
            double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                && value / (text.EndsWith('%') ? 100 : 1) is >= 0 and <= 1 and var part
                ? part
                : null);

    static MaskReport Mask(ExplainedNetwork network, MaskRequest request)
    {
        var kind = MapKind.Find(network.Model, request.Map);
        var input = network.Model.Input;
        var photo = request.Photo;
        var transform = new StillToTensor(input, photo.Width, photo.Height, request.Fit);
        var planes = new float[input.Length];
        transform.Resample(photo.Pixels, planes);
        using var maps = new ImageMaps(network);
        maps.Look(planes);
        int? spoken = kind.IsOfClass ? Class(network, maps.Scores, request.Class)
            : request.Class is null ? null
            : throw new CommandException(ExitCode.BadOption, $"--class goes with a class map; {kind.Name} is of no class.");
        var salient = new float[input.Size.Pixels];
        maps.Draw(kind, spoken ?? 0, 0, salient);
        var placement = transform.Placement;
        var share = request.Share;
        var stay = PhotoMask.Apply(photo, placement, salient, input.Size, share, request.Fill);
        return new MaskReport(
            request.Path, request.Target, network.Model.Name, EnumNames.Format(request.Fit), kind.Name, spoken,
            spoken is { } index ? network.Model.LabelOf(index) : null,
            share.Keeps ? "keep" : "remove", share.Fraction, request.Fill, stay, placement.Shown.Pixels - stay,
            new ReportedRectangle(placement.X.Start, placement.Y.Start, placement.X.Length, placement.Y.Length));
    }

    static int Class(ExplainedNetwork network, ReadOnlySpan<float> scores, string? asked)
    {
        if (asked is null)
        {
            Span<Prediction> top = stackalloc Prediction[1];
            ClassScores.Top(scores, network.Model.HasProbabilities, top);
            return top[0].Class;
        }
        return CommonOptions.FindClass(network.Model.Labels, network.Head.Classes, asked);
    }

    static string Target(string image, MaskShare share, string? output, bool force)
    {
        var action = share.Keeps ? "keep" : "remove";
        var target = output
            ?? string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(image)}.{action}{100 * share.Fraction:0.##}.png");
        if (!target.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new CommandException(ExitCode.BadOption, $"--output is a PNG, and {target} does not end in .png.");
        if (Path.GetFullPath(target) == Path.GetFullPath(image))
            throw new CommandException(ExitCode.BadOption, $"{image} would be overwritten by its own mask; choose another name with -o.");
        return force || !File.Exists(target) ? target : throw MediaException.Exists(target, "name with -o");
    }

    static void Show(MaskReport report)
    {
        var becomes = report.Fill switch
        {
            FillKind.Mean => "become the mean colour",
            FillKind.Zero => "become black",
            FillKind.Blur => "are blurred",
            _ => "are imputed from their neighbours",
        };
        var map = report.Label is { } label ? $"{report.Map} of {label}" : report.Map;
        Terminal.Say(
            $"{report.Output}: {report.Kept} pixels stay, {report.Removed} {becomes} ({map}; {report.Mask} {100 * report.Fraction:0.##} % "
            + $"of the {report.Kept + report.Removed} that {report.Model} was shown).");
    }
}

/// <summary>What <c>fastcam mask</c> was asked for.</summary>
sealed record MaskRequest(
    string Path, StillImage Photo, FitRule Fit, string Map, string? Class, MaskShare Share, FillKind Fill, string Target);

sealed record MaskReport(
    string Image, string Output, string Model, string Fit, string Map, int? Class, string? Label, string Mask, double Fraction, FillKind Fill,
    int Kept, int Removed, ReportedRectangle Shown);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(LowerCaseFill)])]
[JsonSerializable(typeof(MaskReport))]
sealed partial class MaskJson : JsonSerializerContext;

sealed class LowerCaseFill() : JsonStringEnumConverter<FillKind>(JsonNamingPolicy.CamelCase);
