namespace FastCam.Edge.Tiles;

/// <summary>A tile's size and the pixels that neighbours share.</summary>
readonly record struct TileSize(int Width, int Height, int Overlap);

/// <summary>The tiles of one image, row by row.</summary>
/// <param name="width">The image's columns.</param>
/// <param name="height">The image's rows.</param>
/// <param name="size">A tile's.</param>
sealed class TileGrid(int width, int height, TileSize size)
{
    /// <summary>Along the rows.</summary>
    public TileAxis Across { get; } = new(width, size.Width, size.Overlap);

    /// <summary>Along the columns.</summary>
    public TileAxis Down { get; } = new(height, size.Height, size.Overlap);

    public int Count => Across.Count * Down.Count;
}
