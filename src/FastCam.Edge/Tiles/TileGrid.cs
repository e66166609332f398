namespace FastCam.Edge.Tiles;

/// <summary>A tile's size and the pixels that neighbours share.</summary>
readonly record struct TileSize(int Width, int Height, int Overlap);

/// <summary>The tiles of one image, row by row.</summary>
/// <param name="width">The image's columns.</param>
/// <param name="height">The image's rows.</param>
/// <param name="size">A tile's size.</param>
sealed class TileGrid(int width, int height, TileSize size)
{
    /// <summary>Where the tiles lie along the rows.</summary>
    public TileAxis Across { get; } = new(width, size.Width, size.Overlap);

    /// <summary>Where the tiles lie along the columns.</summary>
    public TileAxis Down { get; } = new(height, size.Height, size.Overlap);

    public int Count => Across.Count * Down.Count;
}

/// <summary>
/// Where tiles lie along one axis of an image, and how much each counts at each of its pixels. Neighbours share <c>overlap</c> pixels, so that
/// all but the last lie on one raster and see the image in the same phase; the last is shifted back to end with the image and shares more.
/// Where two tiles meet, one fades into the other linearly over <c>overlap</c> pixels in the middle of what they share. An image shorter than
/// a tile lies in the middle of it.
/// </summary>
sealed class TileAxis
{
    readonly int _length;
    readonly int _overlap;

    /// <param name="length">The image's pixels along this axis, at least 1.</param>
    /// <param name="tile">A tile's pixels.</param>
    /// <param name="overlap">The pixels that neighbours share: 0 to half a tile.</param>
    public TileAxis(int length, int tile, int overlap)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, tile / 2);
        (_length, Tile, _overlap) = (length, tile, overlap);
        var stride = tile - overlap;
        Count = length <= tile ? 1 : 1 + (length - tile + stride - 1) / stride;
    }

    /// <summary>The pixels of a tile.</summary>
    public int Tile { get; }

    /// <summary>The number of tiles.</summary>
    public int Count { get; }

    /// <summary>Returns the image's pixel at which a tile begins; it is negative where the image is shorter than a tile.</summary>
    public int Start(int index) => _length <= Tile ? -((Tile - _length) / 2) : Math.Min(index * (Tile - _overlap), _length - Tile);

    /// <summary>
    /// Returns how much a tile counts at each of its pixels, 0..1: 0 outside the image, and 1 in sum over the tiles at each pixel of the image.
    /// </summary>
    public float[] Feather(int index)
    {
        var feather = new float[Tile];
        for (var i = 0; i < Tile; i++)
        {
            var pixel = Start(index) + i;
            if (pixel >= 0 && pixel < _length)
                feather[i] = (float)(Risen(index, pixel) - Risen(index + 1, pixel));
        }
        return feather;
    }

    /// <summary>Returns the same for cells that divide the tile evenly, as those of a layer's map do: the mean over each cell's pixels.</summary>
    public float[] Feather(int index, int cells)
    {
        var sums = new double[Tile + 1];
        foreach (var (i, share) in Feather(index).Index())
            sums[i + 1] = sums[i] + share;
        double UpTo(double pixel)
        {
            var whole = Math.Min((int)pixel, Tile - 1);
            return sums[whole] + (pixel - whole) * (sums[whole + 1] - sums[whole]);
        }
        var side = (double)Tile / cells;
        return [.. Enumerable.Range(0, cells).Select(cell => (float)((UpTo((cell + 1) * side) - UpTo(cell * side)) / side))];
    }

    /// <summary>Returns how far the fade from the previous tile to this one has come at a pixel's centre, 0..1.</summary>
    double Risen(int index, int pixel)
    {
        if (index == 0)
            return 1;
        if (index == Count)
            return 0;
        var middle = (Start(index) + Start(index - 1) + Tile) / 2.0;
        var past = pixel + 0.5 - middle;
        return _overlap == 0 ? (past >= 0 ? 1 : 0) : Math.Clamp(past / _overlap + 0.5, 0, 1);
    }
}
