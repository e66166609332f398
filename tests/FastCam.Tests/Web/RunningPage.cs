using System.Diagnostics;
using System.Text.Json;

namespace FastCam.Tests.Web;

/// <summary>The program serving its page on a free port, until disposed.</summary>
sealed class RunningPage : IAsyncDisposable
{
    readonly Process _process;
    bool _disposed;

    RunningPage(Process process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public int ProcessId => _process.Id;

    public static async Task<RunningPage> StartAsync(params string[] arguments)
    {
        var process = Cli.Cli.Start(["run", "--sink", $"web://127.0.0.1:{Ports.Free()}", "--json", .. arguments]);
        return await AnnouncedAsync(process);
    }

    /// <summary>Starts the same in another working folder and environment.</summary>
    public static async Task<RunningPage> StartInAsync(string folder, (string Name, string Value)[] environment, params string[] arguments)
    {
        var process = Cli.Cli.StartIn(folder, ["run", "--sink", $"web://127.0.0.1:{Ports.Free()}", "--json", .. arguments], environment);
        return await AnnouncedAsync(process);
    }

    static async Task<RunningPage> AnnouncedAsync(Process process)
    {
        var started = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        if (started is null)
            Assert.Fail(await process.StandardError.ReadToEndAsync());
        return new RunningPage(process, new Uri(JsonDocument.Parse(started).RootElement.GetProperty("page").GetString()!));
    }

    /// <summary>Ends the program in order and returns what it printed at the end.</summary>
    public async Task<JsonElement> StopAsync()
    {
        Cli.Cli.Signal(_process, "TERM");
        var rest = await _process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync();
        Assert.Equal(0, _process.ExitCode);
        return JsonDocument.Parse(rest.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
