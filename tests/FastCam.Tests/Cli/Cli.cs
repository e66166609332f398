using System.Diagnostics;
using System.Text.Json;
using FastCam.Onnx.Operator;

namespace FastCam.Tests.Cli;

/// <summary>Runs the built program as a person would.</summary>
static class Cli
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(12);

    /// <summary>The tests' own cache of choices and rewritten models: the user's stays as it is.</summary>
    static readonly TemporaryFolder Cache = Temporary();

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "fastcam");

    public static Result Run(params string[] arguments) => Run(arguments, []);

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

    /// <summary>Starts it as a shell does: Ctrl-C is not ignored, even where the tests themselves run in the background.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment) => StartIn(Repository.Root, arguments, environment);

    public static Process StartIn(string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/usr/bin/env", ["--default-signal=INT", Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        start.Environment[ModelCache.Variable] = Cache.Path;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static TemporaryFolder Temporary()
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        /// <summary>The JSON object of one line of the output.</summary>
        public JsonElement Json(int line) => JsonDocument.Parse(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[line]).RootElement;

        public JsonElement LastJson => Json(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1);

        /// <summary>The object that a stream ends with, whether or not an error follows.</summary>
        public JsonElement Ended => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Last(line => line.GetProperty("event").ValueEquals("ended"));

        /// <summary>Asserts success, showing what was said otherwise.</summary>
        public Result Succeeded()
        {
            Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}{Output}");
            return this;
        }
    }
}
