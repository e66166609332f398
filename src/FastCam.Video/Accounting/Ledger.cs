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
