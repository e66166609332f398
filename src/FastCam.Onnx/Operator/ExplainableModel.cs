using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Taps;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>A model's bytes with what an explanation needs put in.</summary>
/// <param name="Bytes">What a session is opened on.</param>
/// <param name="By">How it explains.</param>
/// <param name="Exports">The tensors that leave it beside scores and maps.</param>
sealed record ExplainableModel(byte[] Bytes, ExplainBy By, IReadOnlyList<Tap> Exports)
{
    /// <summary>How far ONNX Runtime may still rearrange it: a model in blocked layout already is as optimised as it gets.</summary>
    public GraphOptimizationLevel Optimisation => By == ExplainBy.Blocked ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>With the scale ends as outputs.</summary>
    public static ExplainableModel ByTaps(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainBy.Taps);
        return new(ModelTapping.AppendTaps(model.Bytes, exports, model.Outputs), ExplainBy.Taps, exports);
    }

    /// <summary>With an operator behind each scale end.</summary>
    public static ExplainableModel ByOperator(Model model, ExplanationOptions options) =>
        new(WithOperators(model, options), ExplainBy.Operator, Explainer.Exports(model, options, ExplainBy.Operator));

    /// <summary>With ONNX's own operators behind each scale end.</summary>
    public static ExplainableModel ByNodes(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainBy.Nodes);
        return new(ModelTapping.AppendStandardNodes(model.Bytes, model.Taps, options, exports, model.Outputs), ExplainBy.Nodes, exports);
    }

    /// <summary>The model's bytes with an operator behind each scale end, and the other exports as outputs.</summary>
    public static byte[] WithOperators(Model model, ExplanationOptions options) =>
        ModelTapping.AppendOperators(model.Bytes, model.Taps, options, Explainer.Exports(model, options, ExplainBy.Operator), model.Outputs);
}
