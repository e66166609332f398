using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>Turns tiles into the network's input, pixel for pixel in RGB, with the rows of one row of tiles in memory. Beside the image the input is mid-grey.</summary>
sealed class TileReader
{
    const float MidGrey = 127.5f;

    readonly StillPipeline _image;
    readonly TileGrid _grid;
    readonly InputSpec _input;
    readonly float[][] _levels;
    readonly float[] _greys;
    readonly byte[] _band;
    int _first;
    int _rows;

    public TileReader(StillPipeline image, TileGrid grid, InputSpec input)
    {
        (_image, _grid, _input) = (image, grid, input);
        _levels = new float[3][];
        _greys = new float[3];
        for (var colour = 0; colour < 3; colour++)
        {
            var plane = PlaneOf(colour);
            var (scale, offset) = (1 / input.Std[plane], -input.Mean[plane] / input.Std[plane]);
            _levels[colour] = [.. Enumerable.Range(0, 256).Select(level => level * scale + offset)];
            _greys[colour] = MidGrey * scale + offset;
        }
        _band = new byte[3 * image.Width * Math.Min(image.Height, grid.Down.Tile)];
    }

    /// <summary>Reads the rows of the image that a row of tiles shows and the row before did not; rows of tiles come from the top down.</summary>
    /// <exception cref="MediaException">The file is cut off or damaged there.</exception>
    public void MoveTo(int row)
    {
        var first = Math.Max(_grid.Down.Start(row), 0);
        var rows = Math.Min(_grid.Down.Start(row) + _grid.Down.Tile, _image.Height) - first;
        var stride = 3 * _image.Width;
        var kept = _first + _rows - first;
        _band.AsSpan((first - _first) * stride, kept * stride).CopyTo(_band);
        _image.ReadRows(first + kept, rows - kept, _band.AsSpan(kept * stride, (rows - kept) * stride));
        (_first, _rows) = (first, rows);
    }

    /// <summary>Fills an input with one tile of the row moved to; several threads may at a time.</summary>
    public void Read(int row, int column, Span<float> input)
    {
        var left = _grid.Across.Start(column);
        var (from, to) = (Math.Max(left, 0), Math.Min(left + _input.Width, _image.Width));
        var top = _first - _grid.Down.Start(row);
        var (pixelStride, planeStride) = _input.Layout == InputLayout.Nchw ? (1, _input.Width * _input.Height) : (3, 1);
        for (var colour = 0; colour < 3; colour++)
        {
            var (levels, plane) = (_levels[colour], PlaneOf(colour) * planeStride);
            if (_rows < _input.Height || to - from < _input.Width)
                for (var i = 0; i < _input.Width * _input.Height; i++) input[plane + i * pixelStride] = _greys[colour];
            for (var y = 0; y < _rows; y++)
            {
                var pixels = _band.AsSpan(3 * (y * _image.Width + from) + colour, 3 * (to - from) - 2);
                var at = plane + ((top + y) * _input.Width + from - left) * pixelStride;
                for (var x = 0; x < pixels.Length; x += 3, at += pixelStride) input[at] = levels[pixels[x]];
            }
        }
    }

    int PlaneOf(int colour) => _input.Colours == ColourOrder.Rgb ? colour : 2 - colour;
}
