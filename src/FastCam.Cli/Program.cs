using System.CommandLine;
using System.Text.Json;
using FastCam.Cli;
using FastCam.Cli.Commands;
using FastCam.Cli.Options;
using FastCam.Cli.Output;
using FastCam.Video;

StandardStreams.Guard();
var root = new RootCommand("FastCam.Edge shows what a network looks at, on live video: one forward pass, one saliency map, every frame accounted for.")
{
    RunCommand.Create(),
    ExplainCommand.Create(),
    MaskCommand.Create(),
    EvaluateCommand.Create(),
    InspectCommand.Create(),
    CalibrateCommand.Create(),
    GenerateCommand.Create(),
    SourcesCommand.Create(),
    PaperCommand.Create(),
    BenchCommand.Create(),
    DoctorCommand.Create(),
};
HelpWithExamples.WithExamples(root,
    "fastcam run --source media/tour.mp4 --loop         watch the overlay at http://127.0.0.1:8080",
    "fastcam run --source in.mp4 --sink file:out.mp4    every frame with its own map",
    "fastcam explain photo.jpg -o maps                  an image, its maps and its classes",
    "fastcam inspect my-network.onnx                    where its scales end",
    "fastcam sources                                    the cameras that are there; --network: those of the network too",
    "fastcam doctor                                     what is here, what is missing");
HelpWithExamples.Install(root);
var parsed = root.Parse(args);
try
{
    var command = parsed.CommandResult.Command is RootCommand ? "fastcam" : $"fastcam {parsed.CommandResult.Command.Name}";
    if (parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is [var unknown, ..])
        throw new CommandException(ExitCode.BadOption, $"There is no command {unknown}; see fastcam --help.");
    if (parsed.Errors.Count > 0 && parsed.Action is not HelpWithExamples)
    {
        string[] schemes = ["rtsp", "onvif", "http", "rtmp", "srt:", "udp:"];
        var isAddress = args.Any(arg => Array.Exists(schemes, scheme => arg.StartsWith(scheme, StringComparison.Ordinal)));
        var hint = isAddress && !args.Contains("--source") ? "; a source is named by --source" : "";
        throw new CommandException(ExitCode.BadOption, $"{parsed.Errors[0].Message.TrimEnd('.')}{hint}; see {command} --help.");
    }
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    return code == (int)ExitCode.Success && StandardStreams.HaveFailed ? (int)ExitCode.SinkFailed : code;
}
catch (Exception e) when (ExitCodes.FromException(e) is { } code)
{
    return Say(code, Redaction.OfUserText(ErrorSentence.From(e)));
}
catch (Exception e)
{
    return Say(ExitCode.InternalError, $"an internal error, please report it: {e}");
}

int Say(ExitCode code, string sentence)
{
    Console.Error.WriteLine($"fastcam: {(code == ExitCode.InternalError ? sentence : Redaction.ToPrintable(sentence))}");
    if (parsed.CommandResult.Command.Options.FirstOrDefault(option => option.Name == "--json") is { } json
        && parsed.GetResult(json) is { Implicit: false })
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(new ErrorEvent("error", (int)code, sentence), ErrorJson.Default.ErrorEvent));
    }
    return (int)code;
}
