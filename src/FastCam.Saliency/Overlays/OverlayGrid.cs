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
