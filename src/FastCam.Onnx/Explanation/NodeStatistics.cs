using FastCam.Onnx.Runtime;
using FastCam.Saliency.Simd;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// The maps that ONNX's own operators within the pass have computed already. Unlike ours they let a channel that is no number spoil its pixel: such a
/// pixel counts as 0.
/// </summary>
public sealed class NodeStatistics : LayerStatistics
{
    /// <inheritdoc/>
    public override string Name => "nodes";

    /// <inheritdoc/>
    public override void Read(NetworkSlot slot, int layer, Span<float> statistic)
    {
        var map = slot.Map(layer);
        for (var i = 0; i < map.Length; i++) statistic[i] = Value.Finite(map[i]);
    }
}
