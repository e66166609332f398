namespace FastCam.Saliency;

/// <summary>
/// Draws a saliency map over the frame it explains, in I420: inside the source rectangle each pixel is
/// (1 − opacity) · frame + opacity · colour of the map there, the map being laid edge to edge over the rectangle and sampled
/// bilinearly. What the network did not see is dimmed and the rectangle outlined, so that nobody takes "not looked at" for
/// "not salient"; a rectangle that covers the frame leaves neither. No call allocates. Holds work buffers: one thread at a time.
/// </summary>
public sealed unsafe class Overlay
{
    /// <summary>Full-range BT.601, as of JPEG.</summary>
    const double RedWeight = 0.299, GreenWeight = 0.587, BlueWeight = 0.114;

    const byte OutlineLuma = 235;

    const byte Neutral = 128;

    readonly int _width;
    readonly int _height;
    readonly MapSize _map;
    readonly OverlayPlane _luma;
    readonly OverlayPlane _chroma;
    readonly ushort[] _coloursY = new ushort[256];
    readonly ushort[] _coloursU = new ushort[256];
    readonly ushort[] _coloursV = new ushort[256];
    readonly ushort[] _darknessY;
    readonly ushort[] _darknessUV;

    /// <summary>Prepares drawing maps of one size over frames of one size.</summary>
    /// <param name="frameWidth">The frame's width in pixels.</param>
    /// <param name="frameHeight">The frame's height in pixels.</param>
    /// <param name="map">The map's size.</param>
    /// <param name="rectangle">What part of the frame the map covers.</param>
    /// <param name="colours">The colours of the levels.</param>
    /// <param name="opacity">The share of the colours, 0..1.</param>
    /// <exception cref="ArgumentException">A size without pixels, a rectangle that is not finite or has no area, or an opacity
    /// out of its range.</exception>
    public Overlay(int frameWidth, int frameHeight, MapSize map, SourceRectangle rectangle, ColourMap colours, float opacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameHeight);
        map.ThrowIfEmpty(nameof(map));
        ArgumentNullException.ThrowIfNull(colours);
        if (!(opacity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "The opacity must lie between 0 and 1.");
        if (!(double.IsFinite(rectangle.X) && double.IsFinite(rectangle.Y) && double.IsFinite(rectangle.Width) && double.IsFinite(rectangle.Height)
            && rectangle.Width > 0 && rectangle.Height > 0))
            throw new ArgumentException($"{rectangle} is not a rectangle with an area.", nameof(rectangle));

        (_width, _height, _map) = (frameWidth, frameHeight, map);
        // Two pixels at 720 lines and as much of the picture at any size; even, so that luma and chroma agree.
        var outline = 2 * Math.Max(1, (int)Math.Round(Math.Min(frameWidth, frameHeight) / 720.0));
        _luma = new OverlayPlane(frameWidth, frameHeight, 1, map, rectangle, outline, opacity);
        _chroma = new OverlayPlane(frameWidth, frameHeight, 2, map, rectangle, outline, opacity);
        _darknessY = Darkness(frameWidth, 0);
        _darknessUV = Darkness((frameWidth + 1) / 2, Neutral);
        Tabulate(colours.Rgb, OverlayChannel.Share(opacity));
    }

    /// <summary>Draws one map over one frame.</summary>
    /// <param name="source">The frame.</param>
    /// <param name="map">The map, 0..1; finite values outside count as the nearer end, NaN as 0.</param>
    /// <param name="destination">The drawn picture; may be the same memory as the frame, but not overlap it otherwise.</param>
    /// <exception cref="ArgumentException">A picture or the map is not of the size given to the constructor.</exception>
    public void Blend(in I420 source, ReadOnlySpan<float> map, in I420 destination)
    {
        ThrowIfNotOfSize(in source, nameof(source));
        ThrowIfNotOfSize(in destination, nameof(destination));
        _map.ThrowIfNot(map.Length, nameof(map));
        _luma.Blend(
            map,
            [new OverlayChannel(source.Y, destination.Y, _coloursY, _darknessY, OutlineLuma)],
            source.StrideY,
            destination.StrideY);
        _chroma.Blend(
            map,
            [
                new OverlayChannel(source.U, destination.U, _coloursU, _darknessUV, Neutral),
                new OverlayChannel(source.V, destination.V, _coloursV, _darknessUV, Neutral),
            ],
            source.StrideUV,
            destination.StrideUV);
    }

    void ThrowIfNotOfSize(in I420 picture, string parameter)
    {
        if (picture.Width != _width || picture.Height != _height)
            throw new ArgumentException($"A picture of {picture.Width}×{picture.Height} is not of this overlay's size, {_width}×{_height}.", parameter);
    }

    void Tabulate(ReadOnlySpan<byte> rgb, int share)
    {
        for (var level = 0; level < 256; level++)
        {
            double red = rgb[3 * level], green = rgb[3 * level + 1], blue = rgb[3 * level + 2];
            var y = RedWeight * red + GreenWeight * green + BlueWeight * blue;
            _coloursY[level] = OverlayChannel.Addend(y, share);
            _coloursU[level] = OverlayChannel.Addend(Chroma(blue - y, BlueWeight), share);
            _coloursV[level] = OverlayChannel.Addend(Chroma(red - y, RedWeight), share);
        }
    }

    static double Chroma(double difference, double weight) => Math.Min(Neutral + difference / (2 * (1 - weight)), 255);

    static ushort[] Darkness(int samples, byte sample)
    {
        var addends = new ushort[samples];
        Array.Fill(addends, OverlayChannel.Addend(sample, OverlayChannel.One - OverlayChannel.DimKeep));
        return addends;
    }
}
