using System.Runtime.CompilerServices;

namespace FastCam.Video.Accounting;

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
