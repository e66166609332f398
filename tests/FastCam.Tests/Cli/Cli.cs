using System.Diagnostics;
using System.Text.Json;
using FastCam.Onnx.Runtime;

namespace FastCam.Tests.Cli;

/// <summary>Runs the built program as a user would.</summary>
static class Cli
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    /// <summary>The tests' own cache of choices and rewritten models; the user's cache stays as it is.</summary>
    public static readonly TemporaryFolder Cache = TemporaryFolder.OfTheSuite();

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "fastcam");

    /// <summary>Runs a command in a process of its own: where it is judged by what it prints alone, <see cref="RunInside"/> is quicker.</summary>
    public static Result Run(params string[] arguments) => Run(arguments, []);

    /// <summary>Runs a command within the tests' own process.</summary>
    public static Result RunInside(params string[] arguments) => InProcess.Run(arguments);

    public static Result Run(string[] arguments, params (string Name, string Value)[] environment)
    {
        using var process = Start(arguments, environment);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            Assert.Fail($"fastcam {string.Join(' ', arguments)} did not end within {Patience}.");
        }
        return new Result(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>Starts the program as a shell does: Ctrl-C is not ignored, even where the tests themselves run in the background.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment) =>
        StartIn(Repository.Root, arguments, environment);

    public static Process StartIn(string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment[ModelCache.Variable] = Cache.Path;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal, such as <c>INT</c>.</summary>
    public static void Signal(Process process, string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        /// <summary>Returns the JSON object of one line of the output.</summary>
        public JsonElement Json(int line) => JsonDocument.Parse(Lines[line]).RootElement;

        public JsonElement LastJson => Json(Lines.Length - 1);

        /// <summary>The object that a stream ends with, whether or not an error follows.</summary>
        public JsonElement Ended =>
            Lines.Select(line => JsonDocument.Parse(line).RootElement).Last(line => line.GetProperty("event").ValueEquals("ended"));

        /// <summary>Asserts success; a failure shows the output.</summary>
        public Result Succeeded()
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Output}");
            return this;
        }
    }
}
