using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Overlays;

/// <summary>
/// One plane size of an overlay: the image inside the rectangle, the outline around it and what is dimmed outside. Holds
/// work buffers: one thread at a time.
/// </summary>
sealed unsafe class OverlayPlane
{
    /// <summary>0.55: what dimming takes of a sample.</summary>
    const int DimShare = Blending.One - 115;

    readonly OverlayGrid _grid;
    readonly OverlayInk _ink;
    readonly byte _outline;
    readonly int _dimKeep;
    readonly int _dimWeight;
    readonly byte[] _darkness;

    public OverlayPlane(OverlayGrid grid, OverlayInk ink, OverlayGround ground, byte outline)
    {
        _grid = grid;
        _ink = ink;
        _outline = outline;
        (_dimKeep, _dimWeight) = (ground.Keep(DimShare), ground.Weight(DimShare));
        _darkness = new byte[grid.Width];
        Array.Fill(_darkness, ground.Sample);
    }

    /// <summary>Blends the image into each plane; all sources have one stride and all destinations one.</summary>
    public void Blend(ReadOnlySpan<float> image, ReadOnlySpan<OverlayChannel> channels, int sourceStride, int destinationStride)
    {
        _ink.Begin();
        for (var y = 0; y < _grid.Height; y++)
        {
            var inside = _grid.Rows.Holds(y) && !_grid.Columns.IsEmpty;
            if (inside)
                _ink.MoveTo(image, y - _grid.Rows.Start);
            for (var i = 0; i < channels.Length; i++)
            {
                var source = new ReadOnlySpan<byte>(channels[i].Source + (nint)y * sourceStride, _grid.Width);
                var destination = new Span<byte>(channels[i].Destination + (nint)y * destinationStride, _grid.Width);
                if (inside)
                    BlendInside(i, source, destination);
                else
                    BlendOutside(source, destination, y);
            }
        }
    }

    void BlendInside(int plane, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        var columns = _grid.Columns;
        Dim(source[..columns.OuterStart], destination);
        destination[columns.OuterStart..columns.Start].Fill(_outline);
        _ink.Mix(plane, source[columns.Start..columns.End], destination[columns.Start..]);
        destination[columns.End..columns.OuterEnd].Fill(_outline);
        Dim(source[columns.OuterEnd..], destination[columns.OuterEnd..]);
    }

    void BlendOutside(ReadOnlySpan<byte> source, Span<byte> destination, int y)
    {
        Dim(source, destination);
        if (_grid.Rows.HoldsOutline(y) && !_grid.Rows.IsEmpty && !_grid.Columns.IsEmpty)
            destination[_grid.Columns.OuterStart.._grid.Columns.OuterEnd].Fill(_outline);
    }

    void Dim(ReadOnlySpan<byte> source, Span<byte> destination) => Blending.Mix(source, _dimKeep, _darkness, _dimWeight, destination);
}

/// <summary>One plane to blend.</summary>
/// <param name="source">The frame's plane.</param>
/// <param name="destination">The blended plane, which may be the same.</param>
readonly unsafe struct OverlayChannel(byte* source, byte* destination)
{
    public byte* Source => source;

    public byte* Destination => destination;
}

/// <summary>Where the samples of one plane lie on the frame and on the map.</summary>
sealed class OverlayGrid
{
    /// <param name="frameWidth">The frame's width in pixels.</param>
    /// <param name="frameHeight">The frame's height in pixels.</param>
    /// <param name="pitch">Frame pixels a sample: 1 for luma, 2 for chroma.</param>
    /// <param name="map">The map's size.</param>
    /// <param name="rectangle">What part of the frame the map covers.</param>
    public OverlayGrid(int frameWidth, int frameHeight, int pitch, MapSize map, SourceRectangle rectangle)
    {
        // Two pixels at 720 lines and as much of the image at any size; even, so that luma and chroma agree.
        var outline = 2 * Math.Max(1, (int)Math.Round(Math.Min(frameWidth, frameHeight) / 720.0));
        Width = (frameWidth + pitch - 1) / pitch;
        Height = (frameHeight + pitch - 1) / pitch;
        Columns = new OverlayRange(rectangle.X, rectangle.Width, frameWidth, pitch, outline);
        Rows = new OverlayRange(rectangle.Y, rectangle.Height, frameHeight, pitch, outline);
        X = Axis(map.Width, Columns, rectangle.X, rectangle.Width, pitch);
        Y = Axis(map.Height, Rows, rectangle.Y, rectangle.Height, pitch);
    }

    /// <summary>Samples a row.</summary>
    public int Width { get; }

    public int Height { get; }

    public OverlayRange Columns { get; }

    public OverlayRange Rows { get; }

    /// <summary>Where the columns inside the rectangle lie on the map.</summary>
    public BilinearAxis X { get; }

    /// <summary>Where the rows inside the rectangle lie on the map.</summary>
    public BilinearAxis Y { get; }

    /// <summary>The map's samples laid edge to edge over the rectangle, seen from the plane's samples inside it.</summary>
    static BilinearAxis Axis(int source, OverlayRange range, double origin, double length, int pitch)
    {
        var scale = source / length;
        var firstCentre = (range.Start + 0.5) * pitch;
        return new BilinearAxis(source, Math.Max(range.End - range.Start, 0), (firstCentre - origin) * scale - 0.5, pitch * scale);
    }
}

/// <summary>
/// Where the source rectangle and its outline lie among the samples of one axis of one plane: [Start, End) is inside,
/// [OuterStart, OuterEnd) is that with the outline. A sample is inside when its centre is.
/// </summary>
readonly struct OverlayRange
{
    /// <param name="origin">The rectangle's first edge in frame pixels.</param>
    /// <param name="length">The rectangle's length in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="pitch">Frame pixels a sample: 1 for luma, 2 for chroma.</param>
    /// <param name="thickness">The outline's thickness in frame pixels.</param>
    public OverlayRange(double origin, double length, int frame, int pitch, int thickness)
    {
        Start = FirstSampleFrom(origin, frame, pitch);
        End = FirstSampleFrom(origin + length, frame, pitch);
        OuterStart = FirstSampleFrom(origin - thickness, frame, pitch);
        OuterEnd = FirstSampleFrom(origin + length + thickness, frame, pitch);
    }

    public int Start { get; }

    public int End { get; }

    public int OuterStart { get; }

    public int OuterEnd { get; }

    public bool IsEmpty => Start >= End;

    public bool Holds(int sample) => sample >= Start && sample < End;

    public bool HoldsOutline(int sample) => sample >= OuterStart && sample < OuterEnd;

    static int FirstSampleFrom(double position, int frame, int pitch)
    {
        var samples = (frame + pitch - 1) / pitch;
        // The last chroma sample of an odd frame has its centre on the frame's edge, yet belongs to what reaches that edge.
        return position >= frame ? samples : (int)Math.Clamp(Math.Ceiling(position / pitch - 0.5), 0, samples);
    }
}
