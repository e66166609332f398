using FastCam.Onnx.Models;

namespace FastCam.Onnx.Input;

/// <summary>The network's input, and how a frame is turned into it: x = (value − mean) / std per colour, value in 0..255.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Colours">The order of the planes.</param>
/// <param name="Mean">Three means, in the order of the planes.</param>
/// <param name="Std">Three divisors, in the order of the planes.</param>
/// <param name="Fit">How a frame of another shape is fitted.</param>
/// <param name="CropFraction">The part that a crop takes.</param>
public sealed record InputSpec(
    string Name, int Width, int Height, ColourOrder Colours, IReadOnlyList<float> Mean, IReadOnlyList<float> Std, FitRule Fit, double CropFraction)
{
    /// <summary>Floats in the tensor, 1×3×height×width.</summary>
    public int Length => 3 * Height * Width;
}
