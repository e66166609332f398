using System.Diagnostics;
using FastCam.Video.Sources;

namespace FastCam.Video.Live;

/// <summary>
/// When to try again. Where nothing answers, every quarter of a second: looking is cheap. Where something answers and
/// fails, with pauses that grow to a limit and vary, so that many of us do not come back in step. Where there were
/// pictures, at once, but not more than once a second.
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
    long _succeeded; // when the present connection gave its first picture; 0: it has not
    long _lost; // when there were pictures last; 0: never
    int _failures;
    TimeSpan _pause;

    /// <summary>How long to wait before the next attempt. Each call answers for one attempt.</summary>
    public TimeSpan Pause()
    {
        var pause = _pause;
        _pause = TimeSpan.Zero;
        return pause;
    }

    /// <summary>The first picture of a connection came.</summary>
    public void Succeeded(long now) => _succeeded = now;

    /// <summary>An attempt or a connection failed.</summary>
    /// <returns>The error with which the source has failed for good; null when it is to be tried again.</returns>
    public MediaException? Failed(MediaException error)
    {
        if (_final is not null)
            return _final;
        var life = _succeeded > 0 ? Stopwatch.GetElapsedTime(_succeeded) : ShortestLife;
        if (_succeeded > 0)
            (_succeeded, _lost, _failures) = (0, Stopwatch.GetTimestamp(), 0);

        // Before the first picture a person waits, and can put right what is wrong; after it, a server that starts may
        // not know its users and paths yet.
        if (error.Fault is MediaFault.ToolMissing or MediaFault.LibraryMissing || (error.Recovery == Recovery.None && _lost == 0))
            return error;
        if (limits.RetryFor is { } patience && Stopwatch.GetElapsedTime(_lost > 0 ? _lost : _start) >= patience)
            return _final = new(MediaFault.SourceFailed, $"{error.Message.TrimEnd('.')}; given up after {patience.TotalSeconds:0.#} s without a picture.", error);
        _pause = error.Recovery switch
        {
            Recovery.Probe => Probe,
            Recovery.AtOnce => TimeSpan.Zero,
            Recovery.None => Vary(AfterRefusal),
            _ => _failures++ == 0 ? Max(ShortestLife - life, TimeSpan.Zero) : Vary(Min(First * Math.Pow(2, Math.Min(_failures - 2, 10)), Longest)),
        };
        return null;
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static TimeSpan Vary(TimeSpan pause) => pause * (1 + Jitter * (2 * Random.Shared.NextDouble() - 1));
}
