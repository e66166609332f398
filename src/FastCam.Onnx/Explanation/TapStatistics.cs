using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Explanation;

/// <summary>The scale ends as extra graph outputs, then a statistic on each.</summary>
public sealed class TapStatistics : LayerStatistics
{
    readonly Statistic _statistic;
    readonly int[][] _exports;
    readonly int[] _channels;
    readonly float[] _joined;

    /// <param name="network">A network that was opened for this statistic.</param>
    /// <param name="statistic">What to compute.</param>
    public TapStatistics(Network network, Statistic statistic)
    {
        _statistic = statistic;
        var layers = LayerTensors.Of(network.Model, statistic);
        _exports = [.. layers.Select(layer => layer.Select(network.ExportOf).ToArray())];
        _channels = [.. layers.Select(layer => layer.Sum(tap => tap.Channels))];
        _joined = new float[layers.Where(layer => layer.Count > 1).Select(Length).DefaultIfEmpty(0).Max()];
    }

    /// <inheritdoc/>
    public override string Name => "taps";

    /// <inheritdoc/>
    public override void Read(NetworkSlot slot, int layer, Span<float> statistic)
    {
        var exports = _exports[layer];
        var activations = exports.Length == 1 ? slot.Export(exports[0]) : Join(slot, exports);
        _statistic.Compute(activations, _channels[layer], statistic);
    }

    /// <summary>A concatenation's branches, one after the other.</summary>
    ReadOnlySpan<float> Join(NetworkSlot slot, int[] exports)
    {
        var length = 0;
        foreach (var export in exports)
        {
            var branch = slot.Export(export);
            branch.CopyTo(_joined.AsSpan(length));
            length += branch.Length;
        }
        return _joined.AsSpan(0, length);
    }

    static int Length(IReadOnlyList<Tap> layer) => layer.Sum(tap => tap.Channels * tap.Pixels);
}
