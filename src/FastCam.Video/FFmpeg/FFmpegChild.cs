using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace FastCam.Video;

/// <summary>
/// One FFmpeg process with its three pipes. It has a session of its own (by <c>setsid</c>, which every Linux has), so
/// that Ctrl-C in the terminal reaches us alone and we end it in order; it ends by itself when we die, because its
/// pipes close.
/// </summary>
sealed partial class FFmpegChild : IDisposable
{
    const int SetPipeSize = 1031; // F_SETPIPE_SZ
    const int PipeBytes = 1 << 20;

    static readonly string? SetSid = OperatingSystem.IsLinux() ? Executable.Find("setsid", Environment.GetEnvironmentVariable("PATH")) : null;

    readonly Lock _gate = new();
    readonly Process _process;
    readonly Thread _drain;
    readonly LogTail _log = new();
    bool _disposed;

    /// <summary>Starts <paramref name="program"/> with its arguments as a list.</summary>
    /// <exception cref="MediaException">It cannot be started.</exception>
    public FFmpegChild(string program, IEnumerable<string> arguments)
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
        if (SetSid is not null)
            start.ArgumentList.Add(program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new MediaException(MediaFault.ToolMissing, $"{program} cannot be started: {error.Message}.", error);
        }

        Enlarge(Output);
        Enlarge(Input);
        _drain = new Thread(Drain) { IsBackground = true, Name = "FFmpeg log" };
        _drain.Start();
    }

    /// <summary>What it reads from its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>What it writes to its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The end of what it said. Complete once it has exited.</summary>
    public string Log => _log.ToString();

    public int ProcessId => _process.Id;

    /// <summary>Ends it at once. A child that is blocked on a full pipe ignores gentler ways.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (!_disposed)
                _process.Kill();
        }
    }

    /// <summary>Waits for its end; kills it when that does not come in time.</summary>
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
            _process.Kill();
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
        var buffer = new byte[1024];
        var error = _process.StandardError.BaseStream;
        for (var count = error.Read(buffer); count > 0; count = error.Read(buffer))
            _log.Append(buffer.AsSpan(0, count));
    }

    static void Enlarge(Stream pipe)
    {
        // Best effort: an unprivileged process may be limited to less, and then has the default of 64 KiB.
        if (OperatingSystem.IsLinux() && pipe is PipeStream { SafePipeHandle: var handle })
            _ = FileControl(handle, SetPipeSize, PipeBytes);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(Microsoft.Win32.SafeHandles.SafePipeHandle handle, int command, int value);
}
