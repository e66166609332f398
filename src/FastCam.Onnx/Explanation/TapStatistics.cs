using FastCam.Onnx.Runtime;
using FastCam.Saliency;

namespace FastCam.Onnx.Explanation;

/// <summary>The scale ends as extra graph outputs, then SMOE Scale (Eq 2) on each.</summary>
public sealed class TapStatistics(Network network) : LayerStatistics
{
    /// <inheritdoc/>
    public override string Name => "taps";

    /// <inheritdoc/>
    public override void Read(NetworkSlot slot, int layer, Span<float> statistic) =>
        SmoeScale.Compute(slot.Tap(layer), network.Model.Taps[layer].Channels, statistic);
}
