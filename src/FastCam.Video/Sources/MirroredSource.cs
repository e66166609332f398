namespace FastCam.Video;

/// <summary>Another source, turned left to right as a mirror does.</summary>
/// <param name="inner">The other; disposed with this one.</param>
public sealed class MirroredSource(FrameSource inner) : SourceDecorator(inner)
{
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

    static void Turn(Span<byte> plane, int width)
    {
        for (; plane.Length > 0; plane = plane[width..])
            plane[..width].Reverse();
    }
}
