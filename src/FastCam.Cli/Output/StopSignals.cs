using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FastCam.Cli.Output;

/// <summary>
/// Ends the streams in order on Ctrl-C and SIGTERM; a second signal quits at once. <c>timeout</c> and services signal the process and its group, so
/// what comes within a second of the first is the first once more.
/// </summary>
sealed class StopSignals : IDisposable
{
    static readonly TimeSpan Echo = TimeSpan.FromSeconds(1);

    readonly PosixSignalRegistration[] _registrations;
    readonly Action _stop;
    long _first; // when the first came; 0 while none has

    public StopSignals(Action stop)
    {
        _stop = stop;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Whether the user wants the end.</summary>
    public bool AreSeen => Volatile.Read(ref _first) > 0;

    void Handle(PosixSignalContext context)
    {
        var now = Stopwatch.GetTimestamp();
        var first = Interlocked.CompareExchange(ref _first, now, 0);
        if (first > 0 && Stopwatch.GetElapsedTime(first, now) > Echo)
            Environment.Exit((int)ExitCode.Interrupted);
        context.Cancel = true;
        if (first == 0)
            _stop();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
