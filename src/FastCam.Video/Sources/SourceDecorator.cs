using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources;

/// <summary>Another source with something changed. Whatever a derived type does not override is the other source's.</summary>
/// <param name="inner">The other source; disposed of with this one.</param>
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

    internal override long? DueSince => inner.DueSince;

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

/// <summary>Another source, turned left to right as a mirror does.</summary>
/// <param name="inner">The other source; disposed of with this one.</param>
sealed class MirroredSource(FrameSource inner) : SourceDecorator(inner)
{
    /// <inheritdoc/>
    public override StillImage? Still => base.Still is { } image ? Turned(image) : null;

    /// <inheritdoc/>
    public override bool Read(Frame frame)
    {
        if (!base.Read(frame))
            return false;
        var format = frame.Format;
        Turn(frame.Pixels[..format.LumaByteCount], format.Width);
        Turn(frame.Pixels[format.LumaByteCount..], format.ChromaWidth);
        return true;
    }

    static StillImage Turned(StillImage image)
    {
        const int Colours = 3;
        var pixels = image.Pixels.ToArray();
        Turn(pixels, Colours * image.Width);
        for (var pixel = 0; pixel < pixels.Length; pixel += Colours)
            (pixels[pixel], pixels[pixel + 2]) = (pixels[pixel + 2], pixels[pixel]); // turning the row has exchanged red and blue
        return new(image.Width, image.Height, pixels);
    }

    static void Turn(Span<byte> plane, int width)
    {
        for (; plane.Length > 0; plane = plane[width..])
            plane[..width].Reverse();
    }
}
