using System.Diagnostics;

namespace FastCam.Tests.Faults;

/// <summary>A real RTSP server in a process of its own, on one port for all its lives.</summary>
sealed class RtspServer : IDisposable
{
    const string Python = "/usr/bin/python3";

    const string Needed = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";

    static readonly Lazy<bool> Installed = new(() => File.Exists(Python) && Execute(Python, "-c", Needed) == 0);

    readonly string[] _arguments;
    Process? _process;

    public RtspServer(params string[] arguments)
    {
        _arguments = arguments;
        Port = Ports.Free();
        Start();
    }

    public static bool IsInstalled => Installed.Value;

    public int Port { get; }

    public string Url(string path) => $"rtsp://127.0.0.1:{Port}/{path}";

    /// <summary>Starts it and waits until it listens.</summary>
    public void Start()
    {
        var script = Repository.File("tests", "FastCam.Tests", "Faults", "rtsp_server.py");
        var start = new ProcessStartInfo(Python, [script, $"{Port}", .. _arguments]) { RedirectStandardOutput = true };
        start.Environment["GST_DEBUG"] = "0";
        _process = Process.Start(start)!;
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
    }

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Freeze() => Signal("STOP");

    public void Thaw() => Signal("CONT");

    public void Dispose()
    {
        if (_process is not null)
            Kill();
    }

    void Signal(string name) => Assert.Equal(0, Execute("kill", $"-{name}", $"{_process!.Id}"));

    public static int Execute(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
