using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Video.Cameras;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam sources</c>: lists the cameras that are there, and what each can do.</summary>
static class SourcesCommand
{
    public static Command Create()
    {
        var json = CommonOptions.Json();
        var devices = new Option<string>("--devices") { Description = "Where device files are, on Linux", DefaultValueFactory = _ => CameraDevices.Folder };
        var command = HelpWithExamples.WithExamples(
            new Command("sources", "List the cameras of this machine, with the sizes, rates and pixel formats that each has.") { json, devices },
            "fastcam sources",
            "fastcam sources --json");
        command.SetAction(parse =>
        {
            var cameras = CameraDevices.List(parse.GetRequiredValue(devices));
            if (parse.GetValue(json))
            {
                var report = new SourcesReport([.. cameras.Select(Report)]);
                Console.Out.WriteLine(JsonSerializer.Serialize(report, SourcesJson.Default.SourcesReport));
            }
            else
            {
                Show(cameras);
            }
            return (int)ExitCode.Success;
        });
        return command;
    }

    static CameraReport Report(Camera camera) => new(camera.Device, camera.Name, Uri(camera),
        [.. camera.Modes.Select(mode => new ModeReport(mode.PixelFormat, mode.Size.Width, mode.Size.Height, mode.Rates))]);

    static string Uri(Camera camera) => $"camera:{camera.Device}";

    static void Show(IReadOnlyList<Camera> cameras)
    {
        if (cameras.Count == 0)
        {
            Terminal.Say(
                "There is no camera on this machine. Other sources: rtsp://HOST/PATH, http://HOST/PATH, a video file, images, or test: (a test pattern).");
            return;
        }
        var table = new Table().RoundedBorder().AddColumns("camera", "--source", "format", "size", "frames a second");
        foreach (var camera in cameras)
        {
            var (name, uri) = (Terminal.Escape(camera.Name), Terminal.Escape(Uri(camera)));
            if (camera.Modes.Count == 0)
                table.AddRow(name, uri, "", "", "");
            foreach (var (index, mode) in camera.Modes.Index())
            {
                var isFirst = index == 0;
                table.AddRow(isFirst ? name : "", isFirst ? uri : "", Terminal.Escape(mode.PixelFormat), $"{mode.Size}", string.Join(", ", mode.Rates));
            }
        }
        Terminal.Out.Write(table);
        Terminal.Say($"As in: fastcam run --source '{Uri(cameras[0])}?size=1280x720&rate=30&format=mjpeg'");
    }
}

sealed record SourcesReport(IReadOnlyList<CameraReport> Cameras);

sealed record CameraReport(string Device, string Name, string Source, IReadOnlyList<ModeReport> Modes);

sealed record ModeReport(string Format, int Width, int Height, IReadOnlyList<double> Rates);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SourcesReport))]
sealed partial class SourcesJson : JsonSerializerContext;
