using System.Text.Json.Serialization;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Input;

/// <summary>How a frame becomes the network's input when their shapes differ.</summary>
[JsonConverter(typeof(LowerCaseEnum<FitRule>))]
public enum FitRule
{
    /// <summary>The centre square (more generally: the centred rectangle of the input's shape); what lies beside it is not looked at.</summary>
    Crop,
    /// <summary>The whole frame, squeezed.</summary>
    Stretch,
    /// <summary>The whole frame, unsqueezed, between grey bars.</summary>
    Letterbox,
}

/// <summary>The geometry of fitting.</summary>
public static class Fit
{
    /// <summary>The rectangle, in frame pixels, that the input shows: inside the frame for a crop, beyond it for a letterbox.</summary>
    /// <param name="rule">How to fit.</param>
    /// <param name="frameWidth">The frame's columns.</param>
    /// <param name="frameHeight">The frame's rows.</param>
    /// <param name="inputWidth">The input's columns.</param>
    /// <param name="inputHeight">The input's rows.</param>
    /// <param name="cropFraction">The part of the largest centred rectangle that a crop takes, above 0 and up to 1.</param>
    public static SourceRectangle Rectangle(FitRule rule, int frameWidth, int frameHeight, int inputWidth, int inputHeight, double cropFraction = 1)
    {
        if (rule == FitRule.Stretch)
            return new SourceRectangle(0, 0, frameWidth, frameHeight);
        var across = (double)frameWidth / inputWidth;
        var down = (double)frameHeight / inputHeight;
        var scale = rule == FitRule.Crop ? Math.Min(across, down) * cropFraction : Math.Max(across, down);
        var width = inputWidth * scale;
        var height = inputHeight * scale;
        return new SourceRectangle((frameWidth - width) / 2, (frameHeight - height) / 2, width, height);
    }
}

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
