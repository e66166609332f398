using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>A model's bytes with what an explanation needs put in.</summary>
/// <param name="Bytes">What a session is opened on.</param>
/// <param name="By">How it explains: as asked, or the next best.</param>
/// <param name="Optimisation">How far ONNX Runtime may still rearrange it.</param>
/// <param name="Notice">Why it is not as asked; null where it is.</param>
sealed record ExplainableModel(byte[] Bytes, ExplainBy By, GraphOptimizationLevel Optimisation = GraphOptimizationLevel.ORT_ENABLE_ALL, string? Notice = null)
{
    /// <summary>Prepares a model for a provider.</summary>
    public static ExplainableModel Prepare(Model model, ExplainBy by, ExecutionProvider provider)
    {
        if (by == ExplainBy.Taps) return ByTaps(model, null);
        if (provider != ExecutionProvider.Cpu) return ByTaps(model, $"Explaining by taps: operators run on the CPU, not on {provider.Title}.");
        if (!OrtApi.IsAvailable) return ByTaps(model, $"Explaining by taps: operators need ONNX Runtime 1.{OrtApi.Version} or later, and {OnnxRuntimeLibrary.Version} is loaded.");
        return new ExplainableModel(ModelTapping.AppendOperators(model.Bytes, model.Taps), ExplainBy.Operator);
    }

    static ExplainableModel ByTaps(Model model, string? notice) =>
        new(ModelTapping.AppendTaps(model.Bytes, model.Taps, model.Outputs), ExplainBy.Taps, Notice: notice);
}
