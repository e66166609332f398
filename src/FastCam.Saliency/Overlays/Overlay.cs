using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// Draws a saliency map over the frame it explains, in I420: in the colours of its levels, or as planes with colours of their
/// own such as <see cref="Lovi"/>. It is laid edge to edge over the source rectangle, sampled bilinearly and blended as
/// the <see cref="OverlayMode"/> says. What the network did not see is dimmed and the rectangle outlined, so that nobody takes
/// "not looked at" for "not salient"; a rectangle that covers the frame leaves neither. No call allocates. Holds work buffers:
/// one thread at a time.
/// </summary>
public sealed unsafe class Overlay
{
    const byte OutlineLuma = 235;

    readonly int _width;
    readonly int _height;
    readonly MapSize _map;
    readonly OverlayMode _mode;
    readonly OverlayLevels? _levels;
    readonly OverlayImage? _image;
    readonly OverlayPlane _luma;
    readonly OverlayPlane _chroma;

    /// <summary>Prepares drawing images of one size over frames of one size.</summary>
    /// <param name="frameWidth">The frame's width in pixels.</param>
    /// <param name="frameHeight">The frame's height in pixels.</param>
    /// <param name="map">The image's size.</param>
    /// <param name="rectangle">What part of the frame the image covers.</param>
    /// <param name="colours">The colours of the levels; null where the image has its own.</param>
    /// <param name="opacity">The share of the image, 0..1; without effect in <see cref="OverlayMode.Alone"/>.</param>
    /// <param name="mode">How the image and the frame are blended.</param>
    /// <exception cref="ArgumentException">A size without pixels, a rectangle that is not finite or has no area, or an opacity
    /// out of its range.</exception>
    public Overlay(
        int frameWidth, int frameHeight, MapSize map, SourceRectangle rectangle, ColourMap? colours, float opacity, OverlayMode mode = OverlayMode.Colour)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameHeight);
        map.ThrowIfEmpty(nameof(map));
        if (!(opacity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), opacity, "The opacity must lie between 0 and 1.");
        if (!Enum.IsDefined(mode))
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such mode.");
        rectangle.ThrowIfEmpty(nameof(rectangle));

        (_width, _height, _map, _mode) = (frameWidth, frameHeight, map, mode);
        OutputSize = SizeOf(mode, frameWidth, frameHeight);
        var share = mode is OverlayMode.Alone ? 1 : opacity;
        if (colours is null)
            _image = new OverlayImage(map, mode, share);
        else
            _levels = new OverlayLevels(map);
        var (y, u, v) = colours is null ? ([], [], []) : Tabulate(colours);
        _luma = Plane(1, OverlayGround.Luma(mode), [y], OverlayImage.LumaPlane, OutlineLuma);
        _chroma = Plane(2, OverlayGround.Chroma(mode), [u, v], OverlayImage.ChromaPlanes, Bt601.Neutral);

        OverlayPlane Plane(int pitch, OverlayGround ground, double[][] samples, int first, byte outline)
        {
            var grid = new OverlayGrid(frameWidth, frameHeight, pitch, map, rectangle);
            OverlayInk ink = (mode, colours) switch
            {
                (OverlayMode.Soft, null) => new SoftPlanesInk(grid, map, first, samples.Length),
                (OverlayMode.Soft, _) => new SoftColourMapInk(grid, samples, share),
                (_, null) => new PlanesInk(grid, map, first, samples.Length, ground, share),
                _ => new ColourMapInk(grid, ground, samples, share),
            };
            return new OverlayPlane(grid, ink, ground, outline);
        }
    }

    /// <summary>The size of what is drawn: the frame's, but for <see cref="OverlayMode.SideBySide"/>.</summary>
    public (int Width, int Height) OutputSize { get; }

    /// <summary>
    /// The size of what is drawn over frames of one size. Side by side both halves begin on an even column, so that a frame of odd
    /// width has one column between.
    /// </summary>
    public static (int Width, int Height) SizeOf(OverlayMode mode, int frameWidth, int frameHeight) =>
        (mode is OverlayMode.SideBySide ? RightHalf(frameWidth) + frameWidth : frameWidth, frameHeight);

    /// <summary>Draws one image over one frame.</summary>
    /// <param name="source">The frame.</param>
    /// <param name="image">The map, 0..1, or where no colours were given to the constructor the red, green and blue planes, one
    /// after another, 0..1 (sRGB); values outside count as the nearer end, NaN as 0.</param>
    /// <param name="destination">The drawn image, of <see cref="OutputSize"/>; but for side by side it may be the same memory as the
    /// frame. It must not overlap the frame otherwise.</param>
    /// <exception cref="ArgumentException">An argument is not of its size.</exception>
    public void Blend(in I420 source, ReadOnlySpan<float> image, in I420 destination)
    {
        source.ThrowIfNot(_width, _height, nameof(source));
        destination.ThrowIfNot(OutputSize.Width, OutputSize.Height, nameof(destination));
        if (_mode is OverlayMode.SideBySide)
        {
            source.CopyTo(destination.Part(0, 0, _width, _height));
            for (nint y = 0; _width < RightHalf(_width) && y < _height; y++)
                destination.Y[y * destination.StrideY + _width] = source.Y[y * source.StrideY + _width - 1];
            Draw(in source, image, destination.Part(RightHalf(_width), 0, _width, _height));
        }
        else
        {
            Draw(in source, image, in destination);
        }
    }

    void Draw(in I420 source, ReadOnlySpan<float> image, in I420 destination)
    {
        if (_levels is not null)
        {
            _map.ThrowIfNot(image.Length, nameof(image));
            _levels.Set(image);
            image = _levels.Values;
        }
        else if (_image is not null)
        {
            if (image.Length != 3 * _map.Pixels)
                throw new ArgumentException($"{image.Length} values are not three planes of {_map}.", nameof(image));
            _image.Set(image);
            image = _image.Planes;
        }

        _luma.Blend(image, [new OverlayChannel(source.Y, destination.Y)], source.StrideY, destination.StrideY);
        _chroma.Blend(
            image,
            [new OverlayChannel(source.U, destination.U), new OverlayChannel(source.V, destination.V)],
            source.StrideUV,
            destination.StrideUV);
    }

    static int RightHalf(int frameWidth) => (frameWidth + 1) / 2 * 2;

    static (double[] Y, double[] U, double[] V) Tabulate(ColourMap colours)
    {
        var (y, u, v) = (new double[256], new double[256], new double[256]);
        for (var level = 0; level < 256; level++)
            (y[level], u[level], v[level]) = Bt601.FromRgb(colours.Rgb[3 * level], colours.Rgb[3 * level + 1], colours.Rgb[3 * level + 2]);
        return (y, u, v);
    }
}

/// <summary>How a saliency image and the frame share the pixels of an overlay.</summary>
public enum OverlayMode
{
    /// <summary>(1 − opacity) · frame + opacity · image.</summary>
    Colour,

    /// <summary>The same over the frame in grey, so that every colour means saliency; the paper's figures, at opacity 0.75.</summary>
    Grey,

    /// <summary>The opacity follows the saliency, opacity · saliency for each pixel, so that what is not salient stays clear.</summary>
    Soft,

    /// <summary>The image without the frame, whatever the opacity; black outside.</summary>
    Alone,

    /// <summary>The frame as it is on the left, and as in <see cref="Colour"/> on the right.</summary>
    SideBySide,
}

/// <summary>What lies under an overlay's image in one plane: the frame's samples, or one sample in place of them all.</summary>
/// <param name="HoldsFrame">True where the plane shows the frame.</param>
/// <param name="Sample">Black: what stands for the frame where it is not shown, and what it is dimmed towards.</param>
readonly record struct OverlayGround(bool HoldsFrame, byte Sample)
{
    public static OverlayGround Luma(OverlayMode mode) => new(mode is not OverlayMode.Alone, 0);

    public static OverlayGround Chroma(OverlayMode mode) => new(mode is not (OverlayMode.Alone or OverlayMode.Grey), Bt601.Neutral);

    /// <summary>What is kept of the frame under an image that has <paramref name="share"/>.</summary>
    public int Keep(int share) => HoldsFrame ? Blending.One - share : 0;

    /// <summary>The weight that blending gives the ink of an image that has <paramref name="share"/>.</summary>
    public int Weight(int share) => HoldsFrame ? share : Blending.One;

    /// <summary>
    /// The ink for an image's sample that has <paramref name="share"/>: where the frame is not shown, what stands for it is in the ink
    /// already.
    /// </summary>
    public double Ink(double sample, int share) => HoldsFrame ? sample : (sample * share + Sample * (Blending.One - share)) / Blending.One;
}
