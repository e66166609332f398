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
    public float[] Planes(RgbImage image)
    {
        var rectangle = Fit.Rectangle(fit, image.Width, image.Height, input.Width, input.Height, input.CropFraction);
        var (left, columns, targetLeft, targetColumns) = Part(rectangle.X, rectangle.Width, image.Width, input.Width);
        var (top, rows, targetTop, targetRows) = Part(rectangle.Y, rectangle.Height, image.Height, input.Height);
        var across = Across(image, left, columns, top, rows, targetColumns);
        var axis = new ResampleAxis(rows, targetRows);
        var planes = new float[3 * Size.Pixels];
        Array.Fill(planes, MidGrey);
        for (var row = 0; row < targetRows; row++)
        {
            for (var column = 0; column < targetColumns; column++)
            {
                for (var colour = 0; colour < 3; colour++)
                    planes[colour * Size.Pixels + (targetTop + row) * input.Width + targetLeft + column] = axis.Sample(across.AsSpan(3 * column + colour), 3 * targetColumns, row);
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

    static byte[] Across(RgbImage image, int left, int columns, int top, int rows, int targetColumns)
    {
        var axis = new ResampleAxis(columns, targetColumns);
        var across = new byte[3 * targetColumns * rows];
        for (var row = 0; row < rows; row++)
        {
            var line = image.Pixels.AsSpan(3 * ((top + row) * image.Width + left), 3 * columns);
            for (var column = 0; column < targetColumns; column++)
            {
                for (var colour = 0; colour < 3; colour++)
                    across[3 * (row * targetColumns + column) + colour] = axis.Sample(line[colour..], 3, column);
            }
        }

        return across;
    }

    /// <summary>Along one axis: which whole pixels of the picture the input shows, and where in it they lie.</summary>
    static (int Start, int Length, int TargetStart, int TargetLength) Part(double start, double length, int picture, int target)
    {
        var first = (int)Math.Floor(Math.Max(start, 0));
        var count = Math.Clamp((int)Math.Round(Math.Min(start + length, picture) - Math.Max(start, 0)), 1, picture - first);
        var targetFirst = (int)Math.Round(Math.Max(-start, 0) / length * target);
        var targetCount = Math.Clamp((int)Math.Round(count / length * target), 1, target - targetFirst);
        return (first, count, targetFirst, targetCount);
    }
}
