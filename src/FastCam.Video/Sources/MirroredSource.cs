using FastCam.Video.Frames;
using FastCam.Video.Stills;

namespace FastCam.Video.Sources;

/// <summary>Another source, turned left to right as a mirror does.</summary>
/// <param name="inner">The other; disposed with this one.</param>
public sealed class MirroredSource(FrameSource inner) : SourceDecorator(inner)
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
            (pixels[pixel], pixels[pixel + 2]) = (pixels[pixel + 2], pixels[pixel]); // red and blue have changed places with the pixels
        return new(image.Width, image.Height, pixels);
    }

    static void Turn(Span<byte> plane, int width)
    {
        for (; plane.Length > 0; plane = plane[width..])
            plane[..width].Reverse();
    }
}
