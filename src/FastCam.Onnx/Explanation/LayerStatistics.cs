using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// How the layer statistics come out of a forward pass. Ways differ in where the statistic is computed, not in what it is (but <see cref="NodeStatistics"/> says what it makes of a NaN):
/// <see cref="TapStatistics"/> is the oracle of all others.
/// </summary>
public abstract class LayerStatistics
{
    /// <summary>The way that a network was opened for.</summary>
    public static LayerStatistics Of(Network network, ExplanationOptions options) =>
        network.ExplainBy switch
        {
            ExplainBy.Taps => new TapStatistics(network, options.CreateStatistic()),
            ExplainBy.Nodes => new NodeStatistics(),
            _ => new OperatorStatistics(network),
        };

    /// <summary>The way's name, for people.</summary>
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
