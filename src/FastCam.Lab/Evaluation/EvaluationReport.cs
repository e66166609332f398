using System.Text.Json.Serialization;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Masks;

namespace FastCam.Lab.Evaluation;

/// <summary>What an evaluation found, for machines.</summary>
sealed record EvaluationReport(
    string Model, string Provider, string Folder, string Fit, string Fill, int Photos, int Right, IReadOnlyList<double> Fractions, IReadOnlyList<MapScore> Maps, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationReport))]
sealed partial class EvaluationJson : JsonSerializerContext;

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

/// <summary>What the network makes of one photo, whole and masked.</summary>
/// <param name="Photo">The photo.</param>
/// <param name="Predicted">The class that the network sees in the whole photo.</param>
/// <param name="Masked">For each kind of map: one answer a fraction with that part kept, then one a fraction with it removed; empty where the whole photo was not recognised.</param>
sealed record PhotoResult(LabelledPhoto Photo, int Predicted, IReadOnlyList<MaskedAnswer[]> Masked)
{
    public bool IsRight => Predicted == Photo.Class;
}

/// <summary>The answer to one masked photo.</summary>
/// <param name="Probability">The true class's probability.</param>
/// <param name="IsRight">Whether the true class still comes first.</param>
readonly record struct MaskedAnswer(float Probability, bool IsRight);
