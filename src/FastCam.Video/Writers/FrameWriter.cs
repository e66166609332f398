using FastCam.Video.Accounting;
using FastCam.Video.Frames;

namespace FastCam.Video.Writers;

/// <summary>
/// Writes frames to where they stay. One thread drives it. It settles frames in its account itself, when and where their delivery is known.
/// </summary>
/// <param name="account">The sink's account in the ledger of the source.</param>
public abstract class FrameWriter(LedgerAccount account) : IDisposable
{
    /// <summary>The sink's account in the ledger of the source.</summary>
    public LedgerAccount Account { get; } = account;

    /// <summary>
    /// Writes one frame, which its sequence number and presentation time name. The caller keeps its lease and releases it after the call.
    /// </summary>
    /// <exception cref="MediaException">The writer failed; the frame is settled as dropped.</exception>
    public abstract void Write(Frame frame);

    /// <summary>Flushes, and waits within a bound until everything written is settled.</summary>
    /// <exception cref="MediaException">The writer failed; what it had not confirmed is settled as dropped.</exception>
    public abstract void Complete();

    /// <summary>Gives back what the writer holds, child processes included. Frames not settled by then are dropped.</summary>
    public abstract void Dispose();
}
