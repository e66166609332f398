using System.Runtime.CompilerServices;

namespace FastCam.Video.Accounting;

/// <summary>
/// The ledger of one source, one account a sink, in which always captured = delivered + dropped + in flight.
/// A frame is opened in every account where it is captured, and closed in each where its fate there is known.
/// </summary>
public sealed class Ledger
{
    readonly List<LedgerAccount> _accounts = [];
    long _upstream = -1;
    bool _started;

    /// <summary>Opens the ledger of <paramref name="source"/>, given by its display name.</summary>
    public Ledger(string source) => Source = source;

    /// <summary>The source's name.</summary>
    public string Source { get; }

    /// <summary>One account a sink, in the order of opening.</summary>
    public IReadOnlyList<LedgerAccount> Accounts => _accounts;

    internal long? Upstream => Volatile.Read(ref _upstream) is >= 0 and var lost ? lost : null;

    /// <summary>Opens the account of one sink.</summary>
    /// <exception cref="InvalidOperationException">A frame was captured already: the account would miss it.</exception>
    public LedgerAccount Open(string sink)
    {
        if (_started)
            throw new InvalidOperationException($"The account of {sink} must be opened before the first frame of {Source}.");
        var account = new LedgerAccount(this, sink);
        _accounts.Add(account);
        return account;
    }

    /// <summary>Opens the frame in every account. Sequence numbers ascend.</summary>
    public void Captured(long sequence)
    {
        _started = true;
        foreach (var account in _accounts)
            account.Captured(sequence);
    }

    /// <summary>Closes the frame in every account: it was dropped before any sink saw it.</summary>
    public void Dropped(long sequence, DropReason reason)
    {
        foreach (var account in _accounts)
            account.Dropped(sequence, reason);
    }

    /// <summary>Notes how many frames the source knows to have been lost before they reached us, in all.</summary>
    public void LostUpstream(long total) => Volatile.Write(ref _upstream, total);
}

/// <summary>
/// The account of one sink: which frames of the source are open, and how the others were settled. A wrong entry is
/// recorded as a violation and never hidden. Thread-safe; an entry allocates nothing in steady state.
/// </summary>
public sealed class LedgerAccount
{
    readonly Ledger _ledger;
    readonly Lock _gate = new();
    long[] _open = new long[256]; // the sequence numbers of the open frames, ascending
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

    /// <summary>The sequence numbers of the oldest open frames, ascending, at most <paramref name="limit"/>: for the report at the end.</summary>
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
            var reason = sequence > _lastCaptured ? "never captured" : "is not open: it was settled before, or never captured";
            Violate(sequence, $"was {how} but {reason}");
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

    internal LedgerSnapshot(
        long captured, long delivered, long inFlight, in DropCounts dropped, long? upstream, long violations, string? firstViolation)
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

    /// <summary>Frames open in the account: captured, and settled neither way yet.</summary>
    public long InFlight { get; }

    /// <summary>Frames lost before they reached us, as far as the source can tell; null when it cannot. Not part of the balance.</summary>
    public long? Upstream { get; }

    /// <summary>Entries that cannot be right: a frame settled twice, settled but never captured, or captured twice.</summary>
    public long Violations { get; }

    /// <summary>The first such entry as a sentence; null when there was none.</summary>
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

    /// <summary>Whether captured = delivered + dropped + in flight, and no entry was wrong.</summary>
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

/// <summary>Why a frame did not reach a sink. Each reason is counted at one place.</summary>
public enum DropReason
{
    /// <summary>No buffer was free when a live source delivered it: the machine was behind.</summary>
    PoolExhausted,

    /// <summary>The decoder announced it, and broke off before its pixels were all there; the source goes on.</summary>
    DecoderGap,

    /// <summary>It came so late from a live source that it would have shown what is long over.</summary>
    Late,

    /// <summary>The source announced it, and failed for good before its pixels were all there.</summary>
    SourceFailed,

    /// <summary>The network failed on it.</summary>
    NetworkFailed,

    /// <summary>Its overlay could not be drawn.</summary>
    OverlayFailed,

    /// <summary>The sink had not taken its predecessors yet.</summary>
    SinkBehind,

    /// <summary>Who watches the sink had paused it.</summary>
    Paused,

    /// <summary>The sink could not write it, or did not confirm that it had.</summary>
    SinkFailed,

    /// <summary>It was on its way when the stream was stopped.</summary>
    Shutdown,
}
