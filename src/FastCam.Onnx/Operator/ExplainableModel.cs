using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.ScaleEnds;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>A model's bytes with what an explanation needs put in.</summary>
/// <param name="Bytes">What a session is opened on.</param>
/// <param name="Strategy">How it explains.</param>
/// <param name="Exports">The tensors that leave it beside scores and maps.</param>
sealed record ExplainableModel(byte[] Bytes, ExplainStrategy Strategy, IReadOnlyList<ScaleEnd> Exports)
{
    /// <summary>How far ONNX Runtime may still rearrange it: a model in blocked layout already is as optimised as it gets.</summary>
    public GraphOptimizationLevel Optimisation => Strategy == ExplainStrategy.Blocked ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>With the scale ends as outputs.</summary>
    public static ExplainableModel ByTaps(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainStrategy.Taps);
        return new(ModelTapping.AppendTaps(model.Bytes, exports, model.Outputs), ExplainStrategy.Taps, exports);
    }

    /// <summary>With an operator behind each scale end.</summary>
    public static ExplainableModel ByOperator(Model model, ExplanationOptions options) =>
        new(WithOperators(model, options), ExplainStrategy.Operator, Explainer.Exports(model, options, ExplainStrategy.Operator));

    /// <summary>With ONNX's own operators behind each scale end.</summary>
    public static ExplainableModel ByNodes(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainStrategy.Nodes);
        return new(ModelTapping.AppendStandardNodes(model.Bytes, model.ScaleEnds, options, exports, model.Outputs), ExplainStrategy.Nodes, exports);
    }

    /// <summary>The model's bytes with an operator behind each scale end, and the other exports as outputs.</summary>
    public static byte[] WithOperators(Model model, ExplanationOptions options) =>
        ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, options, Explainer.Exports(model, options, ExplainStrategy.Operator), model.Outputs);
}
