using FastCam.Onnx.Models;
using FastCam.Onnx.Taps;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Explanation;

/// <summary>Which tensors the statistic of each layer reads, finest first: the scale end itself, or what its activation was computed from.</summary>
static class LayerTensors
{
    /// <exception cref="ModelException">The statistic wants the side before the activation, and a scale end has none.</exception>
    public static IReadOnlyList<IReadOnlyList<Tap>> Of(Model model, Statistic statistic) =>
        [.. model.Taps.Select(tap => statistic.TakesBeforeActivation ? Before(model, tap, statistic) : [tap])];

    static IReadOnlyList<Tap> Before(Model model, Tap tap, Statistic statistic) => tap.Before
        ?? throw new ModelException(ModelFault.Unsupported, $"{statistic.Name} takes the tensor before the activation, and {tap.Name} of {model.FilePath} has none; choose another statistic, or a model that is not quantised.");
}
