using System.Runtime.InteropServices;

namespace FastCam.Cli.Output;

/// <summary>Ends the streams in order on Ctrl-C and SIGTERM; a second signal quits at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly PosixSignalRegistration[] _registrations;
    readonly Action _stop;
    int _count;

    public StopSignals(Action stop)
    {
        _stop = stop;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Whether the user wants the end.</summary>
    public bool AreSeen => Volatile.Read(ref _count) > 0;

    void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) > 1)
            Environment.Exit((int)ExitCode.Interrupted);
        context.Cancel = true;
        _stop();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
    }
}
