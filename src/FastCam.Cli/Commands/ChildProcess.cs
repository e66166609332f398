using System.Diagnostics;
using System.Text.Json;

namespace FastCam.Cli.Commands;

/// <summary>This program, run once more: what only a whole process can show.</summary>
static class ChildProcess
{
    /// <summary>Runs it to its end; answers the JSON object of its last line.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static JsonElement Run(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var host = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>();
        using var process = Process.Start(new ProcessStartInfo(program, [.. host, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', arguments)}: {error.Result}");
        return JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;
    }
}
