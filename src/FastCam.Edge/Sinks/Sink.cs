using FastCam.Edge.Packets;
using FastCam.Video.Accounting;

namespace FastCam.Edge.Sinks;

/// <summary>What becomes of the stream when a sink fails.</summary>
enum OnFailure
{
    /// <summary>The stream ends with the sink's error: what cannot be had again, as a file, must not be lost unseen.</summary>
    EndStream,
    /// <summary>The sink is tried again, after pauses that grow; each frame lost meanwhile is counted in its account.</summary>
    Retry,
    /// <summary>The frame is counted as lost in the sink's account, and the next one is tried at once.</summary>
    Drop,
}

/// <summary>
/// Where the packets of a stream go. One thread of its own drives it. A sink is a class of this kind and a <see cref="SinkScheme"/>; the recipe is in
/// <c>docs/architecture.md</c>.
/// </summary>
/// <param name="account">The sink's account in the ledger of its stream.</param>
abstract class Sink(LedgerAccount account) : IDisposable
{
    /// <summary>The sink's account in the ledger of its stream, which also has its display name.</summary>
    public LedgerAccount Account { get; } = account;

    /// <summary>Whether the packets are to come with an overlay; false where the camera's frame, the maps or the predictions are enough.</summary>
    public virtual bool WantsOverlay => true;

    /// <summary>What becomes of the stream when a write fails.</summary>
    public virtual OnFailure OnFailure => OnFailure.EndStream;

    /// <summary>
    /// Whether the sink settles each frame in its account itself, once, since it knows of a delivery only later; also the frame on which
    /// <see cref="Write"/> throws. Otherwise a frame is delivered when <see cref="Write"/> returns, and lost when it throws.
    /// </summary>
    public virtual bool SettlesFrames => false;

    /// <summary>
    /// Writes one packet. The caller keeps its lease and releases it after the call: what is needed for longer takes a lease of its own.
    /// </summary>
    /// <exception cref="Exception">
    /// It failed; <see cref="OnFailure"/> says what then. Where that is <see cref="OnFailure.Retry"/>, the next call opens anew what was open.
    /// </exception>
    public abstract void Write(in FramePacket packet);

    /// <summary>
    /// Flushes at the stream's end, and waits within a bound until everything written is settled. Where it throws and the stream goes on, what is
    /// still open counts as lost.
    /// </summary>
    public virtual void Complete()
    {
    }

    /// <summary>Gives back what the sink holds, child processes included.</summary>
    public virtual void Dispose()
    {
    }
}
