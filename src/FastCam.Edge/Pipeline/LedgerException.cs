using FastCam.Video.Accounting;

namespace FastCam.Edge.Pipeline;

/// <summary>The books do not balance at the end of a stream: an error of this program, never of its user.</summary>
sealed class LedgerException(string sentence) : Exception(sentence)
{
    /// <summary>Every account must balance with nothing in flight, and every lease be back.</summary>
    public static void ThrowUnlessBalanced(Ledger ledger, IReadOnlyList<string> leaks)
    {
        foreach (var account in ledger.Accounts)
        {
            var books = account.Snapshot();
            if (books.Balanced && books.InFlight == 0) continue;
            var open = account.OpenFrames();
            var why = books.FirstViolation
                ?? (open.Count > 0 ? $"frame {open[0]} was never settled" : "the terms do not add up");
            throw new LedgerException(
                $"The ledger of {account.Sink} does not balance: captured {books.Captured}, delivered {books.Delivered}, dropped {books.DroppedTotal}, in flight {books.InFlight}; {why}. {string.Join(" ", leaks)}".TrimEnd());
        }
        if (leaks.Count > 0) throw new LedgerException($"{leaks.Count} frame{(leaks.Count == 1 ? "" : "s")} did not come back at the end. {string.Join(" ", leaks.Take(5))}");
    }
}
