using FastCam.Video.Accounting;
using FastCam.Video.Frames;

namespace FastCam.Video.Sinks;

/// <summary>
/// Where frames with their overlays go. One thread of its own drives it. The sink settles frames in its account itself, when
/// and where their delivery is known.
/// </summary>
/// <param name="account">The sink's account in the ledger of the source.</param>
public abstract class FrameSink(LedgerAccount account) : IDisposable
{
    /// <summary>The display name, without credentials.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the sink takes frames with their overlays; false when it takes the camera's and the map is drawn elsewhere.</summary>
    public virtual bool WantsOverlay => true;

    /// <summary>The sink's account in the ledger of the source.</summary>
    public LedgerAccount Account { get; } = account;

    /// <summary>
    /// Writes one frame, which its sequence number and presentation time name. The caller keeps its lease and releases it after the call.
    /// </summary>
    /// <exception cref="MediaException">The sink failed; the frame is settled as dropped.</exception>
    public abstract void Write(Frame frame);

    /// <summary>Flushes, and waits within a bound until everything written is settled.</summary>
    /// <exception cref="MediaException">The sink failed; what it had not confirmed is settled as dropped.</exception>
    public abstract void Complete();

    /// <summary>Gives back what the sink holds, child processes included. Frames not settled by then are dropped.</summary>
    public abstract void Dispose();
}

/// <summary>Takes every frame and keeps none, for measuring. A frame is delivered when it is taken.</summary>
/// <param name="account">The sink's account in the ledger of the source.</param>
public sealed class NullSink(LedgerAccount account) : FrameSink(account)
{
    /// <inheritdoc/>
    public override string Name => "null";

    /// <inheritdoc/>
    public override void Write(Frame frame) => Account.Delivered(frame.Sequence);

    /// <inheritdoc/>
    public override void Complete()
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
