using System.Diagnostics;

namespace FastCam.Video.Live;

/// <summary>
/// Watches one thread's waits: it warns when half of the patience is over, and bites at its end. Watching allocates nothing.
/// </summary>
sealed class Watchdog : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    readonly Lock _gate = new();
    readonly Action _warn;
    readonly Action _bite;
    readonly Func<long> _dueSince;
    readonly Timer _timer;
    long _since; // 0 while nobody waits
    long _warnedSince;
    bool _awake;
    TimeSpan _patience;
    TimeSpan? _expired;
    bool _warns;

    /// <param name="warn">Called when half of the patience is over.</param>
    /// <param name="bite">Called at its end.</param>
    /// <param name="dueSince">Since when something is due, in Stopwatch ticks: patience does not begin before. In the future while nothing is.</param>
    public Watchdog(Action warn, Action bite, Func<long> dueSince)
    {
        _warn = warn;
        _bite = bite;
        _dueSince = dueSince;
        _timer = new Timer(_ => Look(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Notes that a wait begins.</summary>
    public void Begin(TimeSpan patience, bool warns)
    {
        lock (_gate)
        {
            (_since, _patience, _warns) = (Stopwatch.GetTimestamp(), patience, warns);
            if (!_awake)
                _timer.Change(Period, Period);
            _awake = true;
        }
    }

    /// <summary>Notes that the wait is over.</summary>
    public void End()
    {
        lock (_gate)
            _since = 0;
    }

    /// <summary>Whether the watchdog has ended a wait that nobody has taken note of yet.</summary>
    public bool HasExpired
    {
        get
        {
            lock (_gate)
                return _expired is not null;
        }
    }

    /// <summary>Returns the patience of the wait that the watchdog has ended since the last call; null when it has ended none.</summary>
    public TimeSpan? TakeExpiry()
    {
        lock (_gate)
        {
            var expired = _expired;
            _expired = null;
            return expired;
        }
    }

    public void Dispose() => _timer.Dispose();

    // Looking twenty times a second would cost more than anything else while a source is away.
    void Sleep()
    {
        _awake = false;
        _timer.Change(Timeout.Infinite, Timeout.Infinite);
    }

    void Look()
    {
        bool warns, bites;
        var due = _dueSince();
        lock (_gate)
        {
            if (_since == 0)
            {
                Sleep();
                return;
            }

            var now = Stopwatch.GetTimestamp();
            var since = Math.Min(Math.Max(_since, due), now);
            var waited = Stopwatch.GetElapsedTime(since, now);
            bites = waited >= _patience;
            // A busy machine may look for the first time when all patience is over: the warning comes first even so.
            warns = _warns && since != _warnedSince && waited >= _patience / 2;
            if (warns)
                _warnedSince = since; // once for each
            if (bites)
                (_since, _expired) = (0, _patience);
        }

        if (warns)
            _warn();
        if (bites)
            _bite();
    }
}
