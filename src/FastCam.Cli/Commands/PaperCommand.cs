using System.CommandLine;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge.Models;
using FastCam.Lab.Paper;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam paper</c>: recomputes the paper's tables from its own numbers and shows them beside the printed ones.</summary>
static class PaperCommand
{
    public static Command Create()
    {
        var model = new Option<string?>("--model")
        {
            Description = "Count the operations of this model too: an .onnx file, or the name of a bundled one",
        };
        var manifest = CommonOptions.Manifest();
        var taps = CommonOptions.Taps();
        var size = CommonOptions.InputSize();
        var json = CommonOptions.Json();
        var command = HelpWithExamples.WithExamples(
            new Command("paper", "Recompute the paper's tables from its own numbers, and tell its errors from mere rounding.")
            {
                model, manifest, taps, size, json,
            },
            "fastcam paper",
            "fastcam paper --model efficientnet-lite0");
        command.SetAction(parse =>
        {
            var counted = parse.GetValue(model) is { } name
                ? ModelCatalog.Load(name, parse.GetValue(manifest), CommonOptions.ModelOptions(parse.GetValue(taps), parse.GetValue(size)))
                : null;
            var report = PaperReport.Create(Published.Load(), counted);
            if (parse.GetValue(json))
                Console.Out.WriteLine(PaperJson.Create(report));
            else
                PaperView.Show(report, Terminal.Out);
            return (int)ExitCode.Success; // An error in the print is not an error of this program.
        });
        return command;
    }
}
