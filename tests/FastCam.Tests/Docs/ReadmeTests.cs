using System.Diagnostics;
using System.Text.RegularExpressions;
using FastCam.Cli;
using FastCam.Onnx.Runtime;

namespace FastCam.Tests.Docs;

/// <summary>Runs the README's commands as they stand, and compares what it says of exit codes and files with the program.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(4);

    readonly TemporaryFolder _folder = new();

    static string Readme => File.ReadAllText(Repository.File("README.md"));

    public ReadmeTests()
    {
        foreach (var folder in new[] { "media", "models" })
            Directory.CreateSymbolicLink(_folder.File(folder), Repository.File(folder));
    }

    public void Dispose()
    {
        foreach (var folder in new[] { "media", "models" })
            Directory.Delete(_folder.File(folder));
        _folder.Dispose();
    }

    static IEnumerable<string> Commands()
    {
        const StringSplitOptions Clean = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        return ShellBlock().Matches(Readme).SelectMany(block => block.Groups["body"].Value.Split('\n', Clean));
    }

    /// <summary>The commands run in one folder, in the README's order: a command may use what one before it made.</summary>
    [Fact]
    public async Task Its_commands_run_as_they_stand()
    {
        var commands = Commands().Where(command => command.StartsWith("fastcam ")).ToList();
        Assert.NotEmpty(commands);
        foreach (var command in commands)
            await Run(command);
    }

    async Task Run(string command)
    {
        var arguments = command.Split(' ').Skip(1).ToArray();
        var watches = arguments.Contains("--loop");
        if (watches)
            arguments = [.. arguments, "--sink", "web://127.0.0.1:0"]; // The port is not that of a user's own page.
        var start = new ProcessStartInfo(Cli.Cli.Program, arguments)
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment[ModelCache.Variable] = _folder.File("cache");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        if (watches)
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Watch it"))
            {
            }
            await Task.Delay(WatchFor);
            if (process.HasExited)
                Assert.Fail(await error);
            Cli.Cli.Signal(process, "TERM");
        }
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(process.ExitCode == 0, $"{command}: exit code {process.ExitCode}: {await error}");
        if (command.Contains("run"))
            Assert.Contains("balanced", await output);
    }

    [Fact]
    public void Its_make_commands_are_targets()
    {
        var targets = Commands().Where(command => command.StartsWith("make ")).Select(command => command[5..]).ToList();

        Assert.Equal(["run", "test"], targets);
        foreach (var target in targets)
        {
            using var make = Process.Start(new ProcessStartInfo("make", ["--dry-run", target])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Assert.NotEmpty(make.StandardOutput.ReadToEnd());
            make.WaitForExit();
            Assert.Equal(0, make.ExitCode);
        }
    }

    [Fact]
    public void Every_command_is_one_that_a_test_runs() =>
        Assert.All(Commands(), command => Assert.True(command.StartsWith("fastcam ") || command.StartsWith("make "), command));

    [Fact]
    public void It_lists_every_exit_code_and_no_other()
    {
        var table = Readme[Readme.IndexOf("## Exit codes")..Readme.IndexOf("## Other devices")];
        var listed = ExitCodeRow().Matches(table).SelectMany(row => row.Groups["codes"].Value.Split(", ")).Select(int.Parse).Append(130).Order();

        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => (int)code).Order(), listed);
    }

    [Fact]
    public void The_files_it_links_to_are_there()
    {
        var targets = Link().Matches(Readme).Select(match => match.Groups["target"].Value).Where(target => !target.StartsWith("http"));
        Assert.All(targets, target => Assert.True(File.Exists(Repository.File(target)), target));
    }

    [GeneratedRegex("```sh\n(?<body>.*?)```", RegexOptions.Singleline)]
    private static partial Regex ShellBlock();

    [GeneratedRegex(@"^\| (?<codes>[\d, ]+?) \|", RegexOptions.Multiline)]
    private static partial Regex ExitCodeRow();

    [GeneratedRegex(@"\]\((?<target>[^)#]+)\)")]
    private static partial Regex Link();
}
