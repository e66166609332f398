using System.Runtime.CompilerServices;

namespace FastCam.Video.Accounting;

/// <summary>
/// The book of one sink: which frames of the source are open, and how the others were settled. A wrong booking is
/// recorded as a violation and never hidden. Thread-safe; booking allocates nothing in steady state.
/// </summary>
public sealed class LedgerAccount
{
    readonly Ledger _ledger;
    readonly Lock _gate = new();
    long[] _open = new long[256]; // ascending
    int _openCount;
    long _lastCaptured = long.MinValue;
    long _captured;
    long _delivered;
    DropCounts _dropped;
    long _violations;
    string? _firstViolation;

    internal LedgerAccount(Ledger ledger, string sink)
    {
        _ledger = ledger;
        Sink = sink;
    }

    /// <summary>The sink's name.</summary>
    public string Sink { get; }

    /// <summary>The sink confirmed the frame: written, flushed, presented or published, as the sink defines it.</summary>
    public void Delivered(long sequence)
    {
        lock (_gate)
        {
            _delivered++;
            Settle(sequence, "delivered");
        }
    }

    /// <summary>The frame will not be delivered.</summary>
    public void Dropped(long sequence, DropReason reason)
    {
        lock (_gate)
        {
            _dropped[(int)reason]++;
            Settle(sequence, "dropped");
        }
    }

    /// <summary>All counters of one moment.</summary>
    public LedgerSnapshot Snapshot()
    {
        lock (_gate)
            return new LedgerSnapshot(_captured, _delivered, _openCount, _dropped, _ledger.Upstream, _violations, _firstViolation);
    }

    /// <summary>The oldest frames that are still open, ascending, at most <paramref name="limit"/>: for the report at the end.</summary>
    public IReadOnlyList<long> OpenFrames(int limit = 10)
    {
        lock (_gate)
            return _open.AsSpan(0, Math.Min(limit, _openCount)).ToArray();
    }

    internal void Captured(long sequence)
    {
        lock (_gate)
        {
            _captured++;
            if (sequence <= _lastCaptured)
            {
                Violate(sequence, $"was captured after frame {_lastCaptured}");
                return;
            }

            _lastCaptured = sequence;
            if (_openCount == _open.Length)
                Array.Resize(ref _open, 2 * _openCount);
            _open[_openCount++] = sequence;
        }
    }

    void Settle(long sequence, string how)
    {
        var open = _open.AsSpan(0, _openCount);
        var at = open.IndexOf(sequence);
        if (at < 0)
        {
            Violate(sequence, sequence > _lastCaptured ? $"was {how} but never captured" : $"was {how} but is not open: it was settled before, or never captured");
            return;
        }

        open[(at + 1)..].CopyTo(open[at..]);
        _openCount--;
    }

    void Violate(long sequence, string what)
    {
        _violations++;
        _firstViolation ??= $"Frame {sequence} of {_ledger.Source} {what} ({Sink}).";
    }
}

/// <summary>An account at one moment. Every term was counted where it happened; none is computed from the others.</summary>
public readonly struct LedgerSnapshot
{
    readonly DropCounts _dropped;

    internal LedgerSnapshot(long captured, long delivered, long inFlight, in DropCounts dropped, long? upstream, long violations, string? firstViolation)
    {
        Captured = captured;
        Delivered = delivered;
        InFlight = inFlight;
        Upstream = upstream;
        Violations = violations;
        FirstViolation = firstViolation;
        _dropped = dropped;
    }

    /// <summary>Frames that the source delivered to us.</summary>
    public long Captured { get; }

    /// <summary>Frames that the sink confirmed.</summary>
    public long Delivered { get; }

    /// <summary>Entries open in the book: captured, and settled neither way yet.</summary>
    public long InFlight { get; }

    /// <summary>Frames lost before they reached us, as far as the source can tell; null when it cannot. Not part of the balance.</summary>
    public long? Upstream { get; }

    /// <summary>Bookings that cannot be right: a frame settled twice, settled but never captured, or captured twice.</summary>
    public long Violations { get; }

    /// <summary>The first such booking as a sentence; null when there was none.</summary>
    public string? FirstViolation { get; }

    /// <summary>Frames dropped for any reason.</summary>
    public long DroppedTotal
    {
        get
        {
            var total = 0L;
            foreach (var count in _dropped)
                total += count;
            return total;
        }
    }

    /// <summary>captured = delivered + dropped + in flight, and no booking was wrong.</summary>
    public bool Balanced => Captured == Delivered + DroppedTotal + InFlight && Violations == 0;

    /// <summary>Frames dropped for this reason.</summary>
    public long Dropped(DropReason reason) => _dropped[(int)reason];
}

/// <summary>One counter for each <see cref="DropReason"/>.</summary>
[InlineArray((int)DropReason.Shutdown + 1)]
struct DropCounts
{
    long _first;
}
