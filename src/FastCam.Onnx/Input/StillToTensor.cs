using FastCam.Onnx.Models;

namespace FastCam.Onnx.Input;

/// <summary>
/// Turns a still image into the network's input: antialiased as Pillow does it, 8 bits between the passes, as images are prepared where
/// networks are trained and judged. An image of the input's own size reaches the network as it is. What lies outside it becomes mid-grey.
/// Made for one size of images; holds work buffers: one thread at a time.
/// </summary>
public sealed class StillToTensor
{
    const float MidGrey = 127.5f;

    readonly InputSpec _input;
    readonly int _width;
    readonly int _height;
    readonly StillAxis _x;
    readonly StillAxis _y;
    readonly byte[] _line;
    readonly byte[] _across;
    readonly byte[] _row;
    readonly float[] _planes;

    /// <param name="input">What the network wants.</param>
    /// <param name="width">The image's columns.</param>
    /// <param name="height">The image's rows.</param>
    /// <param name="fit">How it is fitted.</param>
    public StillToTensor(InputSpec input, int width, int height, FitRule fit)
    {
        (_input, _width, _height) = (input, width, height);
        Placement = InputPlacement.Create(input, fit, width, height);
        _x = new StillAxis(Placement.X.Length, Placement.X.InputLength);
        _y = new StillAxis(Placement.Y.Length, Placement.Y.InputLength);
        _row = new byte[3 * Placement.X.InputLength];
        _line = new byte[3 * Placement.X.Length + 1];
        _across = new byte[checked(_row.Length * Placement.Y.Length)];
        _planes = new float[input.Length];
    }

    /// <summary>What of the image is shown, and where.</summary>
    public InputPlacement Placement { get; }

    /// <summary>Fills the tensor.</summary>
    /// <param name="pixels">Red, green and blue, row by row: 3 × width × height bytes.</param>
    /// <param name="tensor">3 × height × width floats, in the input's layout.</param>
    public void Apply(ReadOnlySpan<byte> pixels, Span<float> tensor)
    {
        Resample(pixels, _planes);
        Normalise(_input, _planes, tensor);
    }

    /// <summary>The image at the input's size, before it is normalised.</summary>
    /// <param name="pixels">Red, green and blue, row by row: 3 × width × height bytes.</param>
    /// <param name="planes">Red, green and blue planes, 0..255; mid-grey beside a letterboxed image.</param>
    public void Resample(ReadOnlySpan<byte> pixels, Span<float> planes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, 3 * _width * _height);
        ArgumentOutOfRangeException.ThrowIfNotEqual(planes.Length, _input.Length);
        var (x, y) = (Placement.X, Placement.Y);
        for (var row = 0; row < y.Length; row++)
        {
            pixels.Slice(3 * ((y.Start + row) * _width + x.Start), 3 * x.Length).CopyTo(_line);
            _x.Across(_line, _across.AsSpan(row * _row.Length, _row.Length));
        }

        if (x.InputLength < _input.Width || y.InputLength < _input.Height) planes.Fill(MidGrey);
        var plane = _input.Size.Pixels;
        for (var row = 0; row < y.InputLength; row++)
        {
            _y.Down(_across, row, _row);
            var at = (y.InputStart + row) * _input.Width + x.InputStart;
            var red = planes.Slice(at, x.InputLength);
            var green = planes.Slice(plane + at, x.InputLength);
            var blue = planes.Slice(2 * plane + at, x.InputLength);
            for (var column = 0; column < red.Length; column++)
                (red[column], green[column], blue[column]) = (_row[3 * column], _row[3 * column + 1], _row[3 * column + 2]);
        }
    }

    /// <summary>Fills a network's input from planes: (value − mean) / std.</summary>
    /// <param name="input">What the network wants.</param>
    /// <param name="planes">Red, green and blue, 0..255, at the input's size.</param>
    /// <param name="tensor">3 × height × width values in the input's layout.</param>
    public static void Normalise(InputSpec input, ReadOnlySpan<float> planes, Span<float> tensor)
    {
        var pixels = input.Size.Pixels;
        var (pixelStride, planeStride) = input.Layout == InputLayout.Nchw ? (1, pixels) : (3, 1);
        for (var colour = 0; colour < 3; colour++)
        {
            var plane = input.Colours == ColourOrder.Rgb ? colour : 2 - colour;
            var (scale, offset) = (1 / input.Std[plane], -input.Mean[plane] / input.Std[plane]);
            var at = plane * planeStride;
            foreach (var value in planes.Slice(colour * pixels, pixels))
            {
                tensor[at] = value * scale + offset;
                at += pixelStride;
            }
        }
    }
}
