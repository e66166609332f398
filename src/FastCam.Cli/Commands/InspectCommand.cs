using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge;
using FastCam.Edge.Models;
using FastCam.Onnx.Models;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam inspect</c>: shows what is in a model, and what will be made of it.</summary>
static class InspectCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL") { Description = "An .onnx file, or the name of a bundled model" };
        var manifest = CommonOptions.Manifest();
        var taps = CommonOptions.Taps();
        var size = CommonOptions.InputSize();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("inspect", "Show a model's inputs and outputs, the scale ends found and why, and the pre-processing.")
            {
                model, manifest, taps, size, json,
            },
            "fastcam inspect efficientnet-lite0",
            "fastcam inspect my-network.onnx --json");
        command.SetAction(parse =>
        {
            var options = CommonOptions.ModelOptions(parse.GetValue(taps), parse.GetValue(size));
            return Run(ModelCatalog.Load(parse.GetRequiredValue(model), parse.GetValue(manifest), options), parse.GetValue(json));
        });
        return command;
    }

    static int Run(Model model, bool json)
    {
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(Describe(model), InspectJson.Default.InspectReport));
        else
            Show(model);
        return (int)ExitCode.Success;
    }

    static InspectReport Describe(Model model) => new(
        model.FilePath, model.HasManifest, EnumNames.Format(model.Manifest.Task),
        new InspectedInput(
            model.Input.Name, EnumNames.Format(model.Input.Layout), EnumNames.Format(model.Input.Type), model.Input.Width, model.Input.Height,
            EnumNames.Format(model.Input.Colours), model.Input.Mean, model.Input.Std, EnumNames.Format(model.Input.Fit), model.Input.CropFraction,
            model.Input.Antialias),
        model.Outputs, model.Labels.Count,
        [.. model.ScaleEnds.Select(end => new InspectedTap(
            end.Name, end.Channels, end.Height, end.Width, end.Operator, end.Reason, end.Before?.Select(before => before.Name).ToList()))]);

    static void Show(Model model)
    {
        var input = model.Input;
        var facts = new Grid().AddColumns(2);
        facts.AddRow("[bold]model[/]", Terminal.Escape(model.FilePath));
        facts.AddRow("[bold]manifest[/]", model.HasManifest ? "read" : "none; assumptions below");
        var shape = string.Join("×", input.Shape);
        facts.AddRow(
            "[bold]input[/]", Terminal.Escape($"{input.Name}  {shape} {EnumNames.Format(input.Type)} {EnumNames.Format(input.Colours).ToUpperInvariant()}"));
        facts.AddRow("[bold]values[/]", Terminal.Escape($"(x − {ModelCatalog.Format(input.Mean)}) / {ModelCatalog.Format(input.Std)}, x in 0..255"));
        var crop = input.CropFraction < 1 ? $" {input.CropFraction:P1}" : "";
        facts.AddRow("[bold]fit[/]", EnumNames.Format(input.Fit) + crop + (input.Antialias ? ", antialiased" : ""));
        var probabilities = model.HasProbabilities ? " (probabilities: a softmax ends the graph)" : "";
        facts.AddRow("[bold]outputs[/]", Terminal.Escape(string.Join(", ", model.Outputs)) + probabilities);
        facts.AddRow("[bold]labels[/]", model.Labels.Count == 0 ? "none" : model.Labels.Count.ToString());
        Terminal.Out.Write(facts);
        var table = new Table().RoundedBorder().AddColumns("scale end", "channels", "size", "operator", "why");
        foreach (var end in model.ScaleEnds)
            table.AddRow(Terminal.Escape(end.Name), end.Channels.ToString(), $"{end.Height}×{end.Width}", end.Operator, Terminal.Escape(end.Reason));
        Terminal.Out.Write(table);
    }
}

sealed record InspectReport(
    string Model, bool Manifest, string Task, InspectedInput Input, IReadOnlyList<string> Outputs, int Labels, IReadOnlyList<InspectedTap> Taps);

sealed record InspectedInput(
    string Name, string Layout, string Type, int Width, int Height, string Colours, IReadOnlyList<float> Mean, IReadOnlyList<float> Std,
    string Fit, double CropFraction, bool Antialias);

sealed record InspectedTap(string Name, int Channels, int Height, int Width, string Operator, string Reason, IReadOnlyList<string>? Before);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InspectReport))]
sealed partial class InspectJson : JsonSerializerContext;
