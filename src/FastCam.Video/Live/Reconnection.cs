using System.Diagnostics;
using FastCam.Video.Sources;

namespace FastCam.Video.Live;

/// <summary>
/// Decides when a connection is tried again. Where nothing answers, that is every quarter of a second, because looking is
/// cheap. Where something answers and fails, the pauses grow to a limit and vary, so that many programs do not come back in
/// step. Where there were frames, it is at once, but not more than once a second.
/// </summary>
sealed class Reconnection(Supervision limits)
{
    const double Jitter = 0.2;

    static readonly TimeSpan Probe = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);
    static readonly TimeSpan AfterRefusal = TimeSpan.FromSeconds(60); // cameras lock accounts after a few wrong passwords
    static readonly TimeSpan ShortestLife = TimeSpan.FromSeconds(1);

    readonly long _start = Stopwatch.GetTimestamp();
    MediaException? _final;
    long _succeeded; // when the present connection gave its first frame; 0 while it has not
    long _lost; // when a connection that had given frames was lost; 0 while none was
    int _failures;
    TimeSpan _pause;

    /// <summary>Returns how long to wait before the next attempt. Each call answers for one attempt.</summary>
    public TimeSpan Pause()
    {
        var pause = _pause;
        _pause = TimeSpan.Zero;
        return pause;
    }

    /// <summary>Notes that the first frame of a connection came.</summary>
    public void Succeeded(long now) => _succeeded = now;

    /// <summary>Notes that an attempt or a connection failed.</summary>
    /// <returns>The error with which the source has failed for good; null when it is to be tried again.</returns>
    public MediaException? Failed(MediaException error)
    {
        if (_final is not null)
            return _final;
        var life = _succeeded > 0 ? Stopwatch.GetElapsedTime(_succeeded) : ShortestLife;
        if (_succeeded > 0)
            (_succeeded, _lost, _failures) = (0, Stopwatch.GetTimestamp(), 0);

        // Before the first frame a person waits, and can put right what is wrong. After it, a server that starts anew may not
        // know its users and paths yet.
        if (error.Fault is MediaFault.ToolMissing or MediaFault.LibraryMissing || (error.Recovery == Recovery.None && _lost == 0))
            return error;
        if (limits.RetryFor is { } patience && Stopwatch.GetElapsedTime(_lost > 0 ? _lost : _start) >= patience)
        {
            var sentence = $"{error.Message.TrimEnd('.')}; given up after {patience.TotalSeconds:0.#} s without a frame.";
            return _final = new(MediaFault.SourceFailed, sentence, error);
        }

        _pause = error.Recovery switch
        {
            Recovery.Probe => Probe,
            Recovery.AtOnce => Max(ShortestLife - life, TimeSpan.Zero),
            Recovery.None => Vary(AfterRefusal),
            _ => BackOff(_failures++, life),
        };
        return null;
    }

    static TimeSpan BackOff(int failuresBefore, TimeSpan life) => failuresBefore == 0
        ? Max(ShortestLife - life, TimeSpan.Zero)
        : Vary(Min(First * Math.Pow(2, Math.Min(failuresBefore - 1, 10)), Longest));

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static TimeSpan Vary(TimeSpan pause) => pause * (1 + Jitter * (2 * Random.Shared.NextDouble() - 1));
}
