using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources;

/// <summary>Another source with something changed: whatever is not, is the other's.</summary>
/// <param name="inner">The other; disposed with this one.</param>
public abstract class SourceDecorator(FrameSource inner) : FrameSource
{
    /// <inheritdoc/>
    public override string Name => inner.Name;

    /// <inheritdoc/>
    public override bool IsLive => inner.IsLive;

    /// <inheritdoc/>
    public override bool IsFinite => inner.IsFinite;

    /// <inheritdoc/>
    public override string? Notice => inner.Notice;

    /// <inheritdoc/>
    public override StillImage? Still => inner.Still;

    /// <inheritdoc/>
    public override SourceStatus Status => inner.Status;

    /// <inheritdoc/>
    public override long? Upstream => inner.Upstream;

    internal override long PacketsLost => inner.PacketsLost;

    /// <inheritdoc/>
    public override event Action<SourceStatus>? StatusChanged
    {
        add => inner.StatusChanged += value;
        remove => inner.StatusChanged -= value;
    }

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header) => inner.WaitNext(out header);

    /// <inheritdoc/>
    public override bool Read(Frame frame) => inner.Read(frame);

    /// <inheritdoc/>
    public override void Skip() => inner.Skip();

    /// <inheritdoc/>
    public override void Stop() => inner.Stop();

    /// <inheritdoc/>
    public override void Abort() => inner.Abort();

    /// <inheritdoc/>
    public override void Dispose() => inner.Dispose();
}
