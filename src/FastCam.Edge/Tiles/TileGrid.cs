using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>A tile's size and the pixels that neighbours share.</summary>
readonly record struct TileSize(int Width, int Height, int Overlap);

/// <summary>The tiles of one picture, row by row.</summary>
sealed class TileGrid(LargeImage image, TileSize size)
{
    /// <summary>Along the rows.</summary>
    public TileAxis Across { get; } = new(image.Width, size.Width, size.Overlap);

    /// <summary>Along the columns.</summary>
    public TileAxis Down { get; } = new(image.Height, size.Height, size.Overlap);

    public int Count => Across.Count * Down.Count;
}
