using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources;

/// <summary>What a source announces of a frame that it has ready.</summary>
/// <param name="Format">The frame's size, by which the pool to rent from is chosen. It may change from frame to frame.</param>
/// <param name="Sequence">The frame's number in this source: 0, 1, 2, …</param>
/// <param name="PresentationTime">When it is to be shown, from the source's own zero.</param>
/// <param name="Lateness">How much later than usual a live source's frame came; 0 for a source that waits.</param>
public readonly record struct FrameHeader(FrameFormat Format, long Sequence, TimeSpan PresentationTime, TimeSpan Lateness = default);

/// <summary>
/// Where frames come from. One thread drives it: <see cref="WaitNext"/>, then either <see cref="Read"/> or
/// <see cref="Skip"/>, and again. <see cref="Stop"/> may come from any thread.
/// </summary>
public abstract class FrameSource : IDisposable
{
    /// <summary>The display name, without credentials.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it runs at its own pace and cannot wait for us.</summary>
    public abstract bool IsLive { get; }

    /// <summary>Whether it ends by itself.</summary>
    public abstract bool IsFinite { get; }

    /// <summary>What a user should know of how it is read, such as the decoder in use; null when there is nothing.</summary>
    public virtual string? Notice => null;

    /// <summary>
    /// The image that was announced last, in its own colours rather than a frame's, until it is read or skipped; null where the
    /// source reads no images.
    /// </summary>
    public virtual StillImage? Still => null;

    /// <summary>What it is doing at this moment.</summary>
    public virtual SourceStatus Status => SourceStatus.Plain;

    /// <summary>Frames lost or damaged before they reached us, in all, as far as the source can tell; null when it cannot.</summary>
    public virtual long? Upstream => null;

    /// <summary>Network packets missing so far, as far as the source can tell.</summary>
    internal virtual long PacketsLost => 0;

    /// <summary>
    /// Of a source that asks for each frame: since when an answer is due, in Stopwatch ticks; <see cref="long.MaxValue"/> while none is. Null where frames
    /// come by themselves, so that what lies between two of them tells of lost ones. Any thread may ask.
    /// </summary>
    internal virtual long? DueSince => null;

    /// <summary>Raised at each change of <see cref="SourceStatus.State"/> or its reason, on the thread where it happens.</summary>
    public virtual event Action<SourceStatus>? StatusChanged
    {
        add { }
        remove { }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <returns>False when the source has ended or was stopped.</returns>
    /// <exception cref="MediaException">The source cannot be opened, or failed.</exception>
    public abstract bool WaitNext(out FrameHeader header);

    /// <summary>Fills the pixels of the frame announced; the caller sets its number and times, from the header.</summary>
    /// <param name="frame">A frame of the format announced.</param>
    /// <returns>False when the frame broke off before its pixels were all there, and the source goes on without it.</returns>
    /// <exception cref="MediaException">The source failed.</exception>
    public abstract bool Read(Frame frame);

    /// <summary>Passes over the frame announced when there is no buffer to keep it in.</summary>
    /// <exception cref="MediaException">The source failed.</exception>
    public abstract void Skip();

    /// <summary>Ends the source from any thread: <see cref="WaitNext"/> returns false soon.</summary>
    public abstract void Stop();

    /// <summary>Ends the source as <see cref="Stop"/> does, and makes a <see cref="Read"/> that hangs return too.</summary>
    public virtual void Abort() => Stop();

    /// <summary>
    /// Ends the source and closes what it holds, child processes included. No other thread may be inside it, so call
    /// <see cref="Stop"/> first.
    /// </summary>
    public abstract void Dispose();
}

/// <summary>What a source is doing.</summary>
public enum SourceState
{
    /// <summary>No frame came yet.</summary>
    Starting,

    /// <summary>Frames come.</summary>
    Running,

    /// <summary>No frame came for a while; if none comes soon, the source is opened anew.</summary>
    Stalled,

    /// <summary>It is opened anew, again and again if need be.</summary>
    Reconnecting,

    /// <summary>It failed, and will not be tried again.</summary>
    Failed,

    /// <summary>It came to its end or was stopped.</summary>
    Ended,
}

/// <summary>A source's status at one moment. No term comes from the time of day, so setting the clock changes nothing.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="For">How long it has been doing that.</param>
/// <param name="Reason">Why it is not running, or what is wrong with its frames, as a clause; null while all is well.</param>
/// <param name="Restarts">How often it was opened anew.</param>
/// <param name="Upstream">Frames lost or damaged before they reached us, as estimated from gaps in the timestamps and missing packets.</param>
/// <param name="PacketsLost">Network packets missing, as far as the source can tell. They damage frames as often as they lose them.</param>
/// <param name="RepairedTimestamps">Timestamps that jumped or ran backwards.</param>
/// <param name="FrozenFor">How long the frames have been the same, once that is suspicious; null while it is not.</param>
public sealed record SourceStatus(
    SourceState State, TimeSpan For = default, string? Reason = null, int Restarts = 0, long Upstream = 0, long PacketsLost = 0,
    long RepairedTimestamps = 0, TimeSpan? FrozenFor = null)
{
    internal static readonly SourceStatus Plain = new(SourceState.Running);
}
