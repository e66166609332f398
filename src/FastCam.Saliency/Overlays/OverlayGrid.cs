using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Overlays;

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
        // Two pixels at 720 lines and as much of the picture at any size; even, so that luma and chroma agree.
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
