using FastCam.Onnx.Input;
using FastCam.Saliency;

namespace FastCam.Edge.Evaluation;

/// <summary>Which whole pixels of a picture the network's input shows, and where in the input they lie.</summary>
/// <param name="X">Along the rows.</param>
/// <param name="Y">Along the columns.</param>
readonly record struct Placement(AxisPlacement X, AxisPlacement Y)
{
    public static Placement Of(InputSpec input, FitRule fit, int width, int height)
    {
        var rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        return new Placement(AxisPlacement.Of(rectangle.X, rectangle.Width, width, input.Width), AxisPlacement.Of(rectangle.Y, rectangle.Height, height, input.Height));
    }

    /// <summary>The size of the part shown, in the picture's pixels.</summary>
    public MapSize Shown => new(X.Length, Y.Length);

    /// <summary>The part of the input that shows it; the rest are a letterbox's bars.</summary>
    public SourceRectangle InInput => new(X.InputStart, Y.InputStart, X.InputLength, Y.InputLength);
}

/// <summary>The same along one axis.</summary>
readonly record struct AxisPlacement(int Start, int Length, int InputStart, int InputLength)
{
    public static AxisPlacement Of(double start, double length, int picture, int input)
    {
        var (from, to) = (Math.Max(start, 0), Math.Min(start + length, picture));
        var first = (int)from;
        var inputFirst = (int)Math.Round(Math.Max(-start, 0) / length * input);
        return new AxisPlacement(
            first, Math.Clamp((int)Math.Round(to - from), 1, picture - first),
            inputFirst, Math.Clamp((int)Math.Round((to - from) / length * input), 1, input - inputFirst));
    }
}
