using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Edge.Tiles;

/// <summary>Takes tiles from an image pixel for pixel, with the rows of one row of tiles in memory.</summary>
sealed class TileReader(StillPipeline image, TileGrid grid)
{
    const float MidGrey = 127.5f;

    readonly byte[] _band = new byte[3 * image.Width * Math.Min(image.Height, grid.Down.Tile)];
    int _row;
    int _first;
    int _rows;

    /// <summary>Reads the rows of the image that a row of tiles shows and the row before did not; rows of tiles come from the top down.</summary>
    /// <exception cref="MediaException">The file is cut off or damaged there.</exception>
    public void MoveTo(int row)
    {
        var first = Math.Max(grid.Down.Start(row), 0);
        var rows = Math.Min(grid.Down.Start(row) + grid.Down.Tile, image.Height) - first;
        var stride = 3 * image.Width;
        var kept = _first + _rows - first;
        _band.AsSpan((first - _first) * stride, kept * stride).CopyTo(_band);
        image.ReadRows(first + kept, rows - kept, _band.AsSpan(kept * stride, (rows - kept) * stride));
        (_row, _first, _rows) = (row, first, rows);
    }

    /// <summary>Takes one tile of the row moved to; several threads may at a time.</summary>
    /// <param name="column">The tile.</param>
    /// <param name="planes">Its red, green and blue planes, 0..255; mid-grey beside the image.</param>
    public void Read(int column, Span<float> planes)
    {
        var (width, pixels) = (grid.Across.Tile, planes.Length / 3);
        var left = grid.Across.Start(column);
        var (from, to) = (Math.Max(left, 0), Math.Min(left + width, image.Width));
        if (_rows * (to - from) < pixels) planes.Fill(MidGrey);
        for (var y = 0; y < _rows; y++)
        {
            var row = _band.AsSpan(3 * (y * image.Width + from), 3 * (to - from));
            var at = (_first + y - grid.Down.Start(_row)) * width + from - left;
            var red = planes.Slice(at, to - from);
            var green = planes.Slice(pixels + at, to - from);
            var blue = planes.Slice(2 * pixels + at, to - from);
            for (var x = 0; x < red.Length; x++) (red[x], green[x], blue[x]) = (row[3 * x], row[3 * x + 1], row[3 * x + 2]);
        }
    }
}
