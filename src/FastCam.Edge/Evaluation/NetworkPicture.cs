using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Evaluation;

/// <summary>
/// A picture at the network's input size, before it is normalised: what masks and fills work on. Resized with antialiasing, as
/// evaluations in the literature do; the live path does without, which costs no accuracy, but other numbers would come out.
/// </summary>
sealed class NetworkPicture(InputSpec input, FitRule fit)
{
    const float MidGrey = 127.5f;

    public MapSize Size => new(input.Width, input.Height);

    /// <summary>The picture's red, green and blue planes, 0..255, at the input's size; mid-grey beside a letterboxed one.</summary>
    public float[] Planes(StillImage image)
    {
        var (x, y) = Placement.Of(input, fit, image.Width, image.Height);
        var across = Across(image, x, y);
        var axis = new ResampleAxis(y.Length, y.InputLength);
        var planes = new float[3 * Size.Pixels];
        Array.Fill(planes, MidGrey);
        for (var row = 0; row < y.InputLength; row++)
        {
            for (var column = 0; column < x.InputLength; column++)
            {
                for (var colour = 0; colour < 3; colour++)
                    planes[colour * Size.Pixels + (y.InputStart + row) * input.Width + x.InputStart + column] = axis.Sample(across.AsSpan(3 * column + colour), 3 * x.InputLength, row);
            }
        }

        return planes;
    }

    /// <summary>Fills the network's input.</summary>
    /// <param name="planes">Red, green and blue, 0..255, at the input's size.</param>
    /// <param name="tensor">3 × height × width values in the input's layout.</param>
    public void Normalise(ReadOnlySpan<float> planes, Span<float> tensor)
    {
        var pixels = Size.Pixels;
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

    static byte[] Across(StillImage image, AxisPlacement x, AxisPlacement y)
    {
        var axis = new ResampleAxis(x.Length, x.InputLength);
        var across = new byte[3 * x.InputLength * y.Length];
        for (var row = 0; row < y.Length; row++)
        {
            var line = image.Pixels.AsSpan(3 * ((y.Start + row) * image.Width + x.Start), 3 * x.Length);
            for (var column = 0; column < x.InputLength; column++)
            {
                for (var colour = 0; colour < 3; colour++)
                    across[3 * (row * x.InputLength + column) + colour] = axis.Sample(line[colour..], 3, column);
            }
        }

        return across;
    }
}
