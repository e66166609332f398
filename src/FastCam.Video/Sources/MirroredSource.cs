namespace FastCam.Video;

/// <summary>Another source, turned left to right as a mirror does.</summary>
public sealed class MirroredSource(FrameSource inner) : FrameSource
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
    public override SourceStatus Status => inner.Status;

    /// <inheritdoc/>
    public override long? Upstream => inner.Upstream;

    /// <inheritdoc/>
    public override event Action<SourceStatus>? StatusChanged
    {
        add => inner.StatusChanged += value;
        remove => inner.StatusChanged -= value;
    }

    /// <inheritdoc/>
    public override bool WaitNext(out FrameHeader header) => inner.WaitNext(out header);

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        if (!inner.Read(frame))
            return false;
        var format = frame.Format;
        Turn(frame.Pixels[..format.LumaByteCount], format.Width);
        Turn(frame.Pixels[format.LumaByteCount..], format.ChromaWidth);
        return true;
    }

    /// <inheritdoc/>
    public override void Skip() => inner.Skip();

    /// <inheritdoc/>
    public override void Stop() => inner.Stop();

    /// <inheritdoc/>
    public override void Abort() => inner.Abort();

    /// <inheritdoc/>
    public override void Dispose() => inner.Dispose();

    static void Turn(Span<byte> plane, int width)
    {
        for (; plane.Length > 0; plane = plane[width..])
            plane[..width].Reverse();
    }
}
