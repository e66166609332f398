using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Explanation;

/// <summary>The maps that operators within the pass have computed already.</summary>
public sealed class OperatorStatistics(Network network) : LayerStatistics
{
    /// <inheritdoc/>
    public override string Name { get; } = network.ExplainBy == ExplainBy.Blocked ? "blocked" : "operator";

    /// <inheritdoc/>
    public override void Read(NetworkSlot slot, int layer, Span<float> statistic) => slot.Map(layer).CopyTo(statistic);

    /// <inheritdoc/>
    internal override ReadOnlySpan<float> Find(NetworkSlot slot, int layer, Span<float> room) => slot.Map(layer);
}
