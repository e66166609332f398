using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Input;

/// <summary>Which whole pixels of a still image the network's input shows, and where in the input they lie.</summary>
/// <param name="X">Along the rows.</param>
/// <param name="Y">Along the columns.</param>
public readonly record struct InputPlacement(AxisPlacement X, AxisPlacement Y)
{
    /// <summary>Places an image.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="fit">How the image is fitted to it.</param>
    /// <param name="width">The image's columns.</param>
    /// <param name="height">The image's rows.</param>
    public static InputPlacement Create(InputSpec input, FitRule fit, int width, int height)
    {
        var rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        return new InputPlacement(
            AxisPlacement.Create(rectangle.X, rectangle.Width, width, input.Width), AxisPlacement.Create(rectangle.Y, rectangle.Height, height, input.Height));
    }

    /// <summary>The size of the part shown, in the image's pixels.</summary>
    public MapSize Shown => new(X.Length, Y.Length);

    /// <summary>The part of the input that shows it; the rest are a letterbox's bars.</summary>
    public SourceRectangle InInput => new(X.InputStart, Y.InputStart, X.InputLength, Y.InputLength);

    /// <summary>What the whole input covers, in the image's pixels: beyond the image where there are bars.</summary>
    public SourceRectangle Covered(InputSpec input)
    {
        var (x, width) = X.Covered(input.Width);
        var (y, height) = Y.Covered(input.Height);
        return new SourceRectangle(x, y, width, height);
    }
}

/// <summary>The same along one axis.</summary>
/// <param name="Start">The first pixel shown.</param>
/// <param name="Length">How many are shown.</param>
/// <param name="InputStart">The first of the input that shows them.</param>
/// <param name="InputLength">How many of the input show them.</param>
public readonly record struct AxisPlacement(int Start, int Length, int InputStart, int InputLength)
{
    internal static AxisPlacement Create(double start, double length, int image, int input)
    {
        var (from, to) = (Math.Max(start, 0), Math.Min(start + length, image));
        var first = (int)from;
        var inputFirst = (int)Math.Round(Math.Max(-start, 0) / length * input);
        return new AxisPlacement(
            first, Math.Clamp((int)Math.Round(to - from), 1, image - first),
            inputFirst, Math.Clamp((int)Math.Round((to - from) / length * input), 1, input - inputFirst));
    }

    internal (double Start, double Length) Covered(int input) => (Start - (double)InputStart * Length / InputLength, (double)input * Length / InputLength);
}
