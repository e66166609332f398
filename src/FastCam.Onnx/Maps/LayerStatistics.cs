using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Maps;

/// <summary>
/// How the layer statistics come out of a forward pass. Strategies differ in where the statistic is computed, not in what it is (but
/// <see cref="NodeStatistics"/> says what it makes of a NaN): <see cref="TapStatistics"/> is the oracle of all others.
/// </summary>
public abstract class LayerStatistics
{
    /// <summary>Those of the strategy that a network was opened for.</summary>
    /// <param name="network">The network.</param>
    /// <param name="statistic">The statistic that it was opened for.</param>
    public static LayerStatistics Create(Network network, Statistic statistic) =>
        network.Strategy switch
        {
            ExplainStrategy.Taps => new TapStatistics(network, statistic),
            ExplainStrategy.Nodes => new NodeStatistics(),
            _ => new OperatorStatistics(network),
        };

    /// <summary>The strategy's display name.</summary>
    public abstract string Name { get; }

    /// <summary>Fills one layer's statistic after a pass.</summary>
    /// <param name="slot">The slot that the pass filled.</param>
    /// <param name="layer">The scale, 0 for the finest.</param>
    /// <param name="statistic">height × width values of that layer.</param>
    public abstract void Read(NetworkSlot slot, int layer, Span<float> statistic);

    /// <summary>One layer's statistic after a pass, where the pass has left it; if it has not, it is computed into <paramref name="room"/>.</summary>
    internal virtual ReadOnlySpan<float> Find(NetworkSlot slot, int layer, Span<float> room)
    {
        Read(slot, layer, room);
        return room;
    }
}

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
        var layers = LayerTensors.FromModel(network.Model, statistic);
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

    static int Length(IReadOnlyList<ScaleEnd> layer) => layer.Sum(tap => tap.Channels * tap.Pixels);
}

/// <summary>The maps that operators within the pass have computed already.</summary>
public sealed class OperatorStatistics(Network network) : LayerStatistics
{
    /// <inheritdoc/>
    public override string Name { get; } = network.Strategy == ExplainStrategy.Blocked ? "blocked" : "operator";

    /// <inheritdoc/>
    public override void Read(NetworkSlot slot, int layer, Span<float> statistic) => slot.Map(layer).CopyTo(statistic);

    /// <inheritdoc/>
    internal override ReadOnlySpan<float> Find(NetworkSlot slot, int layer, Span<float> room) => slot.Map(layer);
}

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
        for (var i = 0; i < map.Length; i++)
            statistic[i] = FiniteFloat.From(map[i]);
    }
}
