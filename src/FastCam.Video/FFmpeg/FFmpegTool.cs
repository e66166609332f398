using System.Text.RegularExpressions;

namespace FastCam.Video.FFmpeg;

/// <summary>The FFmpeg program of this machine: its path, its version, and what it can encode and decode.</summary>
public sealed partial class FFmpegTool
{
    /// <summary>The environment variable that names the program when it is not on the PATH.</summary>
    public const string Variable = "FASTCAM_FFMPEG";

    static readonly Version Oldest = new(4, 4); // the first with -stats_period
    static readonly Version FpsModeSince = new(5, 1);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    static readonly Lazy<FFmpegTool> Installed = new(
        () => Find(Environment.GetEnvironmentVariable(Variable), Environment.GetEnvironmentVariable("PATH")),
        LazyThreadSafetyMode.PublicationOnly); // this mode does not keep a failure

    readonly Lazy<IReadOnlySet<string>> _encoders;
    readonly Lazy<IReadOnlySet<string>> _decoders;
    readonly Lazy<IReadOnlySet<string>> _accelerators;

    FFmpegTool(string path)
    {
        Path = path;
        var match = VersionPattern().Match(Ask("-version"));
        if (!match.Success)
            throw new MediaException(MediaFault.ToolMissing, $"{path} does not answer as FFmpeg does: name the right program in {Variable}.");
        VersionText = match.Groups["text"].Value;
        // Builds from source control have no number; they are taken for new.
        Version = match.Groups["major"].Success
            ? new Version(int.Parse(match.Groups["major"].Value), int.Parse(match.Groups["minor"].Value))
            : new Version(99, 0);
        if (Version < Oldest)
        {
            throw new MediaException(
                MediaFault.ToolMissing,
                $"FFmpeg {VersionText} ({path}) is too old: install {Oldest} or newer, or name another in {Variable}.");
        }

        _encoders = new(() => CodersIn(Ask("-encoders")));
        _decoders = new(() => CodersIn(Ask("-decoders")));
        _accelerators = new(() => AcceleratorsIn(Ask("-hwaccels")));
    }

    /// <summary>The program's full path.</summary>
    public string Path { get; }

    /// <summary>The version as the program gives it.</summary>
    public string VersionText { get; }

    /// <summary>Major and minor version; 99.0 for a build that has no number.</summary>
    public Version Version { get; }

    /// <summary>The names of the encoders built in.</summary>
    public IReadOnlySet<string> Encoders => _encoders.Value;

    /// <summary>The names of the decoders built in.</summary>
    public IReadOnlySet<string> Decoders => _decoders.Value;

    /// <summary>The names of the hardware that it was built for.</summary>
    public IReadOnlySet<string> Accelerators => _accelerators.Value;

    /// <summary>The options that keep each frame's own timestamp and add or drop none.</summary>
    internal IReadOnlyList<string> PassThrough => [Version >= FpsModeSince ? "-fps_mode" : "-vsync", "passthrough"];

    /// <summary>Finds the program by <see cref="Variable"/>, else on the PATH. It is looked for until it is found, and then kept.</summary>
    /// <exception cref="MediaException">There is none (<see cref="MediaFault.ToolMissing"/>).</exception>
    public static FFmpegTool Find() => Installed.Value;

    internal static FFmpegTool Find(string? named, string? searchPath)
    {
        if (!string.IsNullOrEmpty(named))
            return new FFmpegTool(Executable.FromVariable(Variable, named));
        return Executable.Find("ffmpeg", searchPath) is { } path
            ? new FFmpegTool(path)
            : throw new MediaException(
                MediaFault.ToolMissing,
                $"FFmpeg is not on the PATH: install it (apt-get install ffmpeg; winget install ffmpeg), or name it in {Variable}.");
    }

    static HashSet<string> CodersIn(string list) => [.. CoderPattern().Matches(list).Select(line => line.Groups["name"].Value)];

    // The first line is a title.
    static HashSet<string> AcceleratorsIn(string list) =>
        [.. list.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Skip(1)];

    /// <summary>Returns what it says on its standard error when asked with these arguments.</summary>
    internal string AskAloud(string[] question)
    {
        using var child = new FFmpegChild(Path, ["-hide_banner", .. question]);
        child.Input.Dispose();
        child.Exit(Patience);
        return child.Log;
    }

    /// <summary>Whether it opens a hardware device of this kind.</summary>
    internal bool Starts(string device)
    {
        using var child = new FFmpegChild(Path,
        [
            "-hide_banner", "-loglevel", "error", "-init_hw_device", device,
            "-f", "lavfi", "-i", "nullsrc=s=16x16", "-frames:v", "1", "-f", "null", "-",
        ]);
        child.Input.Dispose();
        return child.Exit(Patience) == 0;
    }

    string Ask(string question)
    {
        using var child = new FFmpegChild(Path, ["-hide_banner", question]);
        child.Input.Dispose();
        using var reader = new StreamReader(child.Output);
        var answer = reader.ReadToEnd();
        child.Exit(Patience);
        return answer;
    }

    [GeneratedRegex(@"^ffmpeg version (?<text>n?((?<major>\d+)\.(?<minor>\d+))?\S*)", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"^ [VAS][A-Z.]{5} (?<name>[\w-]+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex CoderPattern();
}
