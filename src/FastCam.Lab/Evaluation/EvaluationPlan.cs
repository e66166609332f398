using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Masks;

namespace FastCam.Lab.Evaluation;

/// <summary>What is judged, and how.</summary>
/// <param name="Options">What the layers' maps are made by.</param>
/// <param name="Kinds">The maps.</param>
/// <param name="Fill">What masked pixels become.</param>
/// <param name="Fit">How a photo becomes the network's input.</param>
/// <param name="Batch">Inputs a pass, where the network allows it.</param>
/// <param name="Workers">Photos at a time.</param>
sealed record EvaluationPlan(ExplanationOptions Options, IReadOnlyList<MapKind> Kinds, FillKind Fill, FitRule Fit, int Batch, int Workers)
{
    /// <summary>The parts of the pixels that are kept, and removed.</summary>
    public static readonly IReadOnlyList<double> Fractions = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
}
