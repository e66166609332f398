using FastCam.Onnx.Input;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>Turns tiles into the network's input, pixel for pixel, with the rows of one tile row in memory. Beside the picture the input is mid-grey.</summary>
sealed unsafe class TileReader
{
    /// <summary>Rows above and below that the chroma of the outermost rows is interpolated from.</summary>
    const int Margin = 2;

    readonly LargeImage _image;
    readonly TileGrid _grid;
    readonly InputSpec _input;
    readonly FrameToTensor[] _transforms;
    readonly byte[] _band;
    (int Rows, int Offset) _phase;

    public TileReader(LargeImage image, TileGrid grid, InputSpec input)
    {
        (_image, _grid, _input) = (image, grid, input);
        _transforms = new FrameToTensor[grid.Across.Count];
        _band = new byte[image.ByteCount(Math.Min(image.Height, grid.Down.Tile + 2 * Margin + 2))];
    }

    /// <summary>Reads the picture's rows that a row of tiles shows.</summary>
    public void MoveTo(int row)
    {
        var top = _grid.Down.Start(row);
        var first = Math.Max(top - Margin, 0) & ~1;
        var rows = Math.Min(top + _grid.Down.Tile + Margin, _image.Height) - first;
        _image.ReadRows(first, rows, _band.AsSpan(0, _image.ByteCount(rows)));
        var phase = (rows, top - first);
        if (phase == _phase) return;
        _phase = phase;
        for (var column = 0; column < _transforms.Length; column++)
            _transforms[column] = new FrameToTensor(_input, _image.Width, rows, new SourceRectangle(_grid.Across.Start(column), top - first, _input.Width, _input.Height));
    }

    /// <summary>Fills the input with one tile of the row moved to.</summary>
    public void Read(int column, Span<float> input)
    {
        fixed (byte* pixels = _band)
            _transforms[column].Apply(I420.Packed(pixels, _image.Width, _phase.Rows), input);
    }
}
