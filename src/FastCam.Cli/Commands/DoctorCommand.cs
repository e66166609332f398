using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Edge.Models;
using FastCam.Onnx;
using FastCam.Onnx.Runtime;
using FastCam.Video;
using FastCam.Video.Cameras;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Jpeg;
using FastCam.Video.Libraries;
using FastCam.Video.Stills;
using Spectre.Console;

namespace FastCam.Cli.Commands;

/// <summary><c>fastcam doctor</c>: shows what the program needs, what is there, and the command that installs what is missing.</summary>
static class DoctorCommand
{
    const string Description =
        "Show the execution providers in the loaded ONNX Runtime, FFmpeg and its encoders, libvips and the image formats that it reads, the program's "
        + "libraries and their sizes, GStreamer, libjpeg-turbo, the cameras, the cache of rewritten models, and what is missing.";

    static readonly string[] Encoders = ["libx264", "h264_nvenc", "h264_vaapi", "h264_v4l2m2m", "libopenh264", "mpeg4"];

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var clear = new Option<bool>("--clear-cache")
        {
            Description = "First remove the models that were rewritten for this processor, the explain strategies that were chosen and the engines that "
                + "TensorRT built; they are made and chosen again when needed.",
        };
        var command = HelpWithExamples.WithExamples(
            new Command("doctor", Description) { json, clear },
            "fastcam doctor",
            "fastcam doctor --clear-cache",
            "fastcam doctor --json");
        command.SetAction(parse =>
        {
            if (parse.GetValue(clear))
                ClearCache();
            var findings = Examine();
            if (parse.GetValue(json))
            {
                var report = new DoctorReport(findings.All(finding => finding.Ok), findings);
                Console.Out.WriteLine(JsonSerializer.Serialize(report, DoctorJson.Default.DoctorReport));
            }
            else
            {
                Show(findings);
            }
            return (int)(findings.FirstOrDefault(finding => !finding.Ok)?.Code ?? ExitCode.Success);
        });
        return command;
    }

    static List<Finding> Examine() =>
    [
        new("system", true, DescribeSystem(), null, ExitCode.Success),
        Look("ONNX Runtime", DescribeOnnxRuntime, $"build again (dotnet build), or name a library in {OnnxRuntimeLibrary.Variable}"),
        Look("FFmpeg", DescribeFFmpeg, "apt-get install ffmpeg"),
        Look("libjpeg-turbo", DescribeJpeg, "apt-get install libturbojpeg0"),
        Look("libvips", DescribeVips, "build again for this system (make build)"),
        new("libraries", true, DescribeLibraries(), null, ExitCode.Success),
        Look(
            "GStreamer", () => GStreamer.Find() ?? $"not here; only --capture gstreamer needs it ({GStreamer.Installation})",
            $"correct {GStreamer.Variable}"),
        Look("OpenCV", DescribeOpenCv, "apt-get install libgtk-3-0"),
        Look("cameras", DescribeCameras, "apt-get install ffmpeg"),
        DescribeCache(ModelCache.Default),
        Look("default model", () => ModelCatalog.Load(ModelCatalog.Default).FilePath, "build again: the model comes with the source"),
    ];

    static void ClearCache()
    {
        try
        {
            ModelCache.Default.Clear();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.OutputUnwritable,
                $"The cache {ModelCache.Default.Folder} cannot be cleared ({e.Message.TrimEnd('.')}); remove the folder by hand.");
        }
    }

    static string DescribeSystem() =>
        $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {RuntimeInformation.FrameworkDescription}, "
        + $"{Environment.ProcessorCount} cores";

    static string DescribeOnnxRuntime()
    {
        var available = ExecutionProvider.All.Where(provider => provider.IsAvailable).Select(provider => provider.Name);
        return $"{OnnxRuntimeLibrary.Version}; providers: {string.Join(", ", available)}";
    }

    static string DescribeFFmpeg()
    {
        var tool = FFmpegTool.Find();
        return $"{tool.VersionText} at {tool.Path}; built with the encoders {string.Join(", ", Encoders.Where(tool.Encoders.Contains))}";
    }

    static string DescribeVips()
    {
        var heic = StillFormat.ReadsHeic ? "" : " (HEIC needs heif-convert: apt-get install libheif-examples)";
        return $"{StillFormat.LibraryVersion}; reads {StillFormat.Names}{heic}";
    }

    static string DescribeOpenCv() => MediaLibrary.IsThere
        ? $"{MediaLibrary.Load().Version}, in {MediaLibrary.Folder}"
        : $"not here; only --capture opencv and --sink window: need it (build without -p:OpenCv=false, or name its folder in {MediaLibrary.Variable})";

    static string DescribeCameras()
    {
        var cameras = CameraDevices.List();
        return cameras.Count == 0 ? "none" : string.Join(", ", cameras.Select(camera => $"{camera.Name} ({camera.Device})"));
    }

    static Finding DescribeCache(ModelCache cache)
    {
        if (cache.Mistrust is { } mistrust)
        {
            var remedy = $"chmod go-w {cache.Folder}, or name another folder in {ModelCache.Variable}";
            return new("cache", false, $"not used: {mistrust}", remedy, ExitCode.OutputUnwritable);
        }
        var (models, choices, engines, bytes) = cache.Size;
        var readOnly = cache.IsReadOnly ? $", where nothing new can be kept (name another folder in {ModelCache.Variable})" : "";
        var found = $"{models} rewritten {Models(models)}, {choices} {(choices == 1 ? "choice" : "choices")} of an explain strategy, "
            + $"TensorRT engines of {engines} {Models(engines)}, {bytes / 1e6:F0} of at most {ModelCache.DefaultLimit / 1e6:F0} MB, "
            + $"in {cache.Folder}{readOnly}";
        return new("cache", true, found, null, ExitCode.Success);

        static string Models(int count) => count == 1 ? "model" : "models";
    }

    static string DescribeJpeg()
    {
        using var encoder = new JpegEncoder();
        return "loaded";
    }

    /// <summary>Lists the native libraries that came with the program, the largest first: they are most of what it takes on a disk.</summary>
    static string DescribeLibraries()
    {
        var libraries = new DirectoryInfo(AppContext.BaseDirectory).GetFiles()
            .Where(file => IsNative(file.Name)).OrderByDescending(file => file.Length).ToList();
        return libraries.Count == 0 ? "none" : string.Join(", ", libraries.Select(file => $"{file.Name} {file.Length / 1e6:F1} MB"));
    }

    /// <summary>Whether a file is a native library. On Windows these end like .NET's own, so there they are known by name.</summary>
    static bool IsNative(string name) =>
        Path.GetExtension(name) is ".so" or ".dylib" || name.Contains(".so.")
            || (name.EndsWith(".dll", StringComparison.Ordinal)
                && (name.StartsWith("lib", StringComparison.Ordinal) || name.StartsWith("onnxruntime", StringComparison.Ordinal)));

    static Finding Look(string what, Func<string> look, string remedy)
    {
        try
        {
            return new Finding(what, true, look(), null, ExitCode.Success);
        }
        catch (Exception e) when (e is MediaException or ModelException)
        {
            return new Finding(what, false, e.Message, remedy, ExitCodes.FromException(e) ?? ExitCode.InternalError);
        }
    }

    static void Show(IReadOnlyList<Finding> findings)
    {
        var table = new Table().RoundedBorder().AddColumns("", "what", "found");
        foreach (var finding in findings)
        {
            var remedy = finding.Remedy is null ? "" : $"\n[bold]{Terminal.Escape(finding.Remedy)}[/]";
            table.AddRow(finding.Ok ? "[green]ok[/]" : "[red]missing[/]", finding.What, Terminal.Escape(finding.Found) + remedy);
        }
        Terminal.Out.Write(table);
    }
}

sealed record Finding(string What, bool Ok, string Found, string? Remedy, [property: JsonIgnore] ExitCode Code);

sealed record DoctorReport(bool Ok, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorReport))]
sealed partial class DoctorJson : JsonSerializerContext;
