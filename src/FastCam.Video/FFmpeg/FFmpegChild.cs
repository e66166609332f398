using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastCam.Video.FFmpeg;

/// <summary>
/// A child process that runs FFmpeg, or another program that does the same work, with its three pipes. It has a session of
/// its own (by <c>setsid</c>, which every Linux has), so that Ctrl-C in the terminal reaches this process alone, which ends
/// the child in order. When this process dies, the pipes close: a child that writes a file then brings it to a good end. A
/// child that captures may be waiting for a camera that says nothing, so the kernel kills it (<c>setpriv --pdeathsig</c>).
/// </summary>
sealed partial class FFmpegChild : IDisposable
{
    const int SetPipeSize = 1031; // F_SETPIPE_SZ
    const int PipeBytes = 1 << 20;
    const int KillSignal = 9; // SIGKILL

    static readonly string? SetSid = OnLinux("setsid");
    static readonly string? SetPriv = OnLinux("setpriv");

    readonly Lock _gate = new();
    readonly Process _process;
    readonly Thread _drain;
    readonly LogTail _log = new();
    readonly MissedPackets _missed = new();
    bool _disposed;

    /// <summary>Starts <paramref name="program"/> with its arguments as a list.</summary>
    /// <param name="program">The program's path.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="diesWithUs">Whether it is killed with this process, because nothing that it does is worth finishing.</param>
    /// <exception cref="MediaException">It cannot be started.</exception>
    public FFmpegChild(string program, IEnumerable<string> arguments, bool diesWithUs = false)
    {
        var start = new ProcessStartInfo(SetSid ?? program)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (OperatingSystem.IsWindows())
            start.CreateNewProcessGroup = true;
        start.Environment["AV_LOG_FORCE_NOCOLOR"] = "1";
        if (SetSid is not null && diesWithUs && SetPriv is not null)
            AddAll(start, [SetPriv, "--pdeathsig", "KILL", "--"]);
        if (SetSid is not null)
            start.ArgumentList.Add(program);
        AddAll(start, arguments);
        try
        {
            _process = diesWithUs ? ChildLauncher.Start(start) : Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            throw new MediaException(MediaFault.ToolMissing, $"{program} cannot be started: {error.Message}.", error);
        }

        Enlarge(Output);
        Enlarge(Input);
        _drain = new Thread(Drain) { IsBackground = true, Name = "FFmpeg log" };
        _drain.Start();
    }

    /// <summary>The child's standard input, to write to.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The child's standard output, to read from.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The end of what it wrote to its standard error; complete once it has exited.</summary>
    public string Log => _log.ToString();

    /// <summary>The number of RTP packets that it reported as missing.</summary>
    public long PacketsMissed => _missed.Count;

    public int ProcessId => _process.Id;

    /// <summary>Kills it and what it started. A child that is blocked on a full pipe ignores gentler signals.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_disposed)
                KillGroup();
        }
    }

    /// <summary>Waits for its end, and kills it when that does not come in time.</summary>
    /// <returns>Its exit code; null when it had to be killed.</returns>
    public int? Exit(TimeSpan patience)
    {
        var ended = _process.WaitForExit(patience);
        if (!ended)
        {
            Kill();
            _process.WaitForExit();
        }

        _drain.Join();
        return ended ? _process.ExitCode : null;
    }

    /// <summary>Kills it if it still runs, and waits until it is gone. Nobody may be reading its output any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            KillGroup();
            _disposed = true;
        }

        _process.WaitForExit();
        _drain.Join();
        Output.Dispose();
        _process.StandardError.Dispose();
        try
        {
            Input.Dispose();
        }
        catch (IOException)
        {
            // Windows flushes here, into a pipe whose reader was killed above.
        }

        _process.Dispose();
    }

    void Drain()
    {
        var buffer = new byte[16 * 1024];
        var error = _process.StandardError.BaseStream;
        for (var count = error.Read(buffer); count > 0; count = error.Read(buffer))
        {
            _log.Append(buffer.AsSpan(0, count));
            _missed.Read(buffer.AsSpan(0, count));
        }
    }

    void KillGroup()
    {
        // Before setsid has run, the child has no group of its own, and there is only the child itself to kill.
        if (SetSid is not null && !_process.HasExited)
            _ = SignalGroup(-_process.Id, KillSignal);
        _process.Kill();
    }

    static string? OnLinux(string program) => OperatingSystem.IsLinux() ? Executable.Find(program) : null;

    static void AddAll(ProcessStartInfo start, IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
    }

    static void Enlarge(Stream pipe)
    {
        // An unprivileged process may be limited to less; the pipe then keeps its default of 64 KiB.
        if (OperatingSystem.IsLinux() && pipe is PipeStream { SafePipeHandle: var handle })
            _ = FileControl(handle, SetPipeSize, PipeBytes);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SignalGroup(int process, int signal);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(SafePipeHandle handle, int command, int value);
}

/// <summary>
/// Starts processes on one thread that lasts as long as this process. Where the kernel is to kill a child when its parent
/// dies, it takes the thread that started the child for the parent: a child of the thread pool would die with its worker.
/// </summary>
static class ChildLauncher
{
    static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Orders = Begin();

    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>();
        Orders.Add((start, started));
        return started.Task.GetAwaiter().GetResult();
    }

    static BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)> Begin()
    {
        var orders = new BlockingCollection<(ProcessStartInfo, TaskCompletionSource<Process>)>();
        new Thread(() => Work(orders)) { IsBackground = true, Name = "child launcher" }.Start();
        return orders;
    }

    static void Work(BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> orders)
    {
        foreach (var (start, started) in orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Win32Exception error)
            {
                started.SetException(error);
            }
        }
    }
}
