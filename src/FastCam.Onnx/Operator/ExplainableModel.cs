using FastCam.Onnx.Models;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>A model's bytes with what an explanation needs put in.</summary>
/// <param name="Bytes">What a session is opened on.</param>
/// <param name="Strategy">How it explains.</param>
/// <param name="Exports">The tensors that leave it beside scores and maps.</param>
sealed record ExplainableModel(byte[] Bytes, ExplainStrategy Strategy, IReadOnlyList<ScaleEnd> Exports)
{
    /// <summary>How far ONNX Runtime may still rearrange it: a model in blocked layout already is as optimised as it gets.</summary>
    public GraphOptimizationLevel Optimisation =>
        Strategy == ExplainStrategy.Blocked ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>A model with what a strategy puts in: the scale ends as outputs, operators of ours behind them, or ONNX's own.</summary>
    /// <param name="model">The model.</param>
    /// <param name="strategy">Any but <see cref="ExplainStrategy.Blocked"/>, which <see cref="BlockedModel"/> makes.</param>
    /// <param name="statistic">What is computed of each layer.</param>
    /// <param name="hasClassMap">Whether what a class map is computed from leaves the pass too.</param>
    /// <exception cref="ModelException">The model lacks what the statistic or the class map needs.</exception>
    public static ExplainableModel Create(Model model, ExplainStrategy strategy, Statistic statistic, bool hasClassMap)
    {
        var (exports, outputs) = (LayerTensors.Exports(model, strategy, statistic, hasClassMap), model.Outputs);
        return new ExplainableModel(
            strategy switch
            {
                ExplainStrategy.Taps => ModelTapping.AppendTaps(model.Bytes, exports, outputs),
                ExplainStrategy.Operator => ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, statistic, exports, outputs),
                ExplainStrategy.Nodes => ModelTapping.AppendStandardNodes(model.Bytes, model.ScaleEnds, statistic, exports, outputs),
                _ => throw new ArgumentOutOfRangeException(nameof(strategy)),
            },
            strategy,
            exports);
    }
}

/// <summary>Which tensors an explanation reads.</summary>
static class LayerTensors
{
    /// <summary>The tensors that the statistic of each layer reads, finest first: the scale end itself, or what its activation was computed from.</summary>
    /// <exception cref="ModelException">The statistic wants the side before the activation, and a scale end has none.</exception>
    public static IReadOnlyList<IReadOnlyList<ScaleEnd>> FromModel(Model model, Statistic statistic) =>
        [.. model.ScaleEnds.Select(end => statistic.TakesBeforeActivation ? Before(model, end, statistic) : [end])];

    /// <summary>The tensors that must leave the pass, each once; operators leave the layers' inside.</summary>
    /// <exception cref="ModelException">The model lacks what the statistic or the class map needs.</exception>
    public static IReadOnlyList<ScaleEnd> Exports(Model model, ExplainStrategy strategy, Statistic statistic, bool hasClassMap)
    {
        var layers = strategy == ExplainStrategy.Taps ? FromModel(model, statistic).SelectMany(layer => layer) : [];
        return [.. (hasClassMap ? layers.Append(model.ClassHead.Activation) : layers).DistinctBy(end => end.Name)];
    }

    static IReadOnlyList<ScaleEnd> Before(Model model, ScaleEnd end, Statistic statistic) => end.Before
        ?? throw new ModelException(
            ModelFault.Unsupported,
            $"{statistic.Name} takes the tensor before the activation, and {end.Name} of {model.FilePath} has none; choose another statistic, or a model "
            + "that is not quantised.");
}
