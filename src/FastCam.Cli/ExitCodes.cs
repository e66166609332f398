using System.Text.Json.Serialization;
using FastCam.Edge;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Streams;
using FastCam.Onnx;
using FastCam.Video;

namespace FastCam.Cli;

/// <summary>The program's exit codes. They are part of its interface: the README lists them, and no number is ever reused.</summary>
enum ExitCode
{
    Success = 0,
    InternalError = 1,
    BadOption = 2,
    LedgerUnbalanced = 4,

    SourceNotFound = 10,
    SourceUnreadable = 11,
    SourceFailed = 12,

    ModelNotFound = 20,
    NotOnnx = 21,
    ModelDamaged = 22,
    NoScales = 23,
    ModelUnsupported = 24,
    BadManifest = 25,

    UnknownProvider = 30,
    ProviderUnavailable = 31,
    RuntimeMissing = 32,

    PortInUse = 40,
    AddressRefused = 41,
    OutputUnwritable = 42,
    OutputExists = 43,
    SinkFailed = 44,

    ToolMissing = 50,
    LibraryMissing = 51,

    Interrupted = 130,
}

/// <summary>A user's error on the command line, which concerns no library: one sentence and its exit code.</summary>
sealed class CommandException(ExitCode code, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    public ExitCode Code { get; } = code;
}

static class ExitCodes
{
    /// <summary>Returns the exit code of an error; null for an error that no user can have caused.</summary>
    public static ExitCode? FromException(Exception error) => error switch
    {
        CommandException command => command.Code,
        StreamConfigException => ExitCode.BadOption,
        LedgerException => ExitCode.LedgerUnbalanced,
        EdgeException edge => FromException(edge.Fault),
        MediaException media => FromException(media.Fault),
        ModelException model => FromException(model.Fault),
        _ => null,
    };

    static ExitCode FromException(EdgeFault fault) => fault switch
    {
        EdgeFault.BadSetting => ExitCode.BadOption,
        EdgeFault.PortInUse => ExitCode.PortInUse,
        EdgeFault.AddressRefused => ExitCode.AddressRefused,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    static ExitCode FromException(MediaFault fault) => fault switch
    {
        MediaFault.BadUri => ExitCode.BadOption,
        MediaFault.SourceNotFound => ExitCode.SourceNotFound,
        MediaFault.SourceUnreadable => ExitCode.SourceUnreadable,
        MediaFault.SourceFailed => ExitCode.SourceFailed,
        MediaFault.OutputExists => ExitCode.OutputExists,
        MediaFault.OutputUnwritable => ExitCode.OutputUnwritable,
        MediaFault.SinkFailed => ExitCode.SinkFailed,
        MediaFault.ToolMissing => ExitCode.ToolMissing,
        MediaFault.LibraryMissing => ExitCode.LibraryMissing,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    static ExitCode FromException(ModelFault fault) => fault switch
    {
        ModelFault.NotFound => ExitCode.ModelNotFound,
        ModelFault.NotOnnx => ExitCode.NotOnnx,
        ModelFault.Damaged => ExitCode.ModelDamaged,
        ModelFault.NoScales => ExitCode.NoScales,
        ModelFault.Unsupported => ExitCode.ModelUnsupported,
        ModelFault.BadManifest => ExitCode.BadManifest,
        ModelFault.UnknownProvider => ExitCode.UnknownProvider,
        ModelFault.ProviderUnavailable => ExitCode.ProviderUnavailable,
        ModelFault.RuntimeMissing => ExitCode.RuntimeMissing,
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}

/// <summary>The sentence that a user is shown for an error: the library's, with the option that would mend it, which only the command line knows.</summary>
static class ErrorSentence
{
    const string Overwrite = "force";

    public static string From(Exception error)
    {
        if (error is StreamConfigException { Faults: var faults })
        {
            return faults is [var only]
                ? $"{only.Sentence.TrimEnd('.')} (--{only.Setting})."
                : $"{faults.Count} options are wrong. {string.Join(" ", faults.Select(fault => $"--{fault.Setting}: {fault.Sentence}"))}";
        }
        var setting = error switch
        {
            MediaException media => media.Setting,
            ModelException model => model.Setting,
            EdgeException edge => edge.Setting,
            _ => null,
        };
        return setting switch
        {
            null => error.Message,
            Overwrite => $"{error.Message.TrimEnd('.')}, or give --{Overwrite} to overwrite.",
            _ => $"{error.Message.TrimEnd('.')} (--{setting}).",
        };
    }
}

/// <summary>The error that ended a command, as the last object of the output for machines.</summary>
/// <param name="Event">Always <c>error</c>.</param>
/// <param name="Code">The exit code.</param>
/// <param name="Message">The sentence that a user is shown.</param>
sealed record ErrorEvent(string Event, int Code, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorEvent))]
sealed partial class ErrorJson : JsonSerializerContext;
