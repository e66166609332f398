using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;
using Google.Protobuf;

namespace FastCam.Onnx.Operator;

/// <summary>
/// A scale end's statistic in ONNX's own operators, which every execution provider has: on a device the tensor then stays there, and only the map leaves it.
/// Of any layout, in float32 whatever the tensor's type; no node is a product of matrices, which devices may round to half their digits.
/// </summary>
sealed class StandardNodes
{
    /// <summary>The first operator set in which shapes of unlike size are matched as here.</summary>
    public const int OldestOperatorSet = 7;

    /// <summary>The first operator set in which a reduction takes its axes as an input.</summary>
    const int AxesAsInput = 18;

    const int Float = 1, Int64 = 7;

    /// <summary>What the kernels too take for rounding, in the binary logarithm.</summary>
    const float Resolution = 1f / (1 << 20);

    readonly List<NodeProto> _nodes = [];
    readonly ScaleEnd _end;
    readonly long _operatorSet;

    StandardNodes(ScaleEnd end, long operatorSet) => (_end, _operatorSet) = (end, operatorSet);

    /// <summary>The statistics that it can be.</summary>
    public static bool Know(Statistic statistic) => statistic.Name is "smoe" or "std" or "mean" or "max";

    /// <summary>The nodes that make the map, N×1×H×W in float32, under <see cref="OperatorNode.OutputOf"/>.</summary>
    /// <param name="end">The scale end, which may be of half precision and with channels last.</param>
    /// <param name="statistic">The statistic, one that is known here.</param>
    /// <param name="operatorSet">The model's, at least <see cref="OldestOperatorSet"/>.</param>
    public static IEnumerable<NodeProto> For(ScaleEnd end, Statistic statistic, long operatorSet)
    {
        var nodes = new StandardNodes(end, operatorSet);
        var x = end.IsHalf ? nodes.Cast(end.Name) : end.Name;
        var map = statistic.Name switch
        {
            "smoe" => nodes.Smoe(x, statistic.Epsilon),
            "std" => nodes.Deviation(x, statistic.IsBiased),
            "mean" => nodes.Mean(x),
            _ => nodes.OverChannels("ReduceMax", x),
        };
        nodes.Finish(map);
        return nodes._nodes;
    }

    /// <summary>
    /// mu · (log2 mu − mean(log2 x')) as mu · mean(−ln(x' / mu)) / ln 2: where the channels are alike, the logarithms are next to 0, and nothing cancels.
    /// What is less than rounding becomes 0, as in the kernels: it must not become a pattern where every channel is 0.
    /// </summary>
    string Smoe(string x, float epsilon)
    {
        const float BitsPerNat = 1.44269504f;
        var shifted = Node("Add", Node("Relu", x), Constant(epsilon));
        var mean = Mean(shifted);
        var bits = Node("Mul", Mean(Node("Log", Node("Div", shifted, mean))), Constant(-BitsPerNat));
        var isMore = Cast(Node("Greater", bits, Constant(Resolution)));
        return Node("Mul", mean, Node("Mul", bits, isMore));
    }

    string Deviation(string x, bool biased)
    {
        var distance = Node("Sub", x, Mean(x));
        var divisor = biased ? _end.Channels : Math.Max(_end.Channels - 1, 1);
        var variance = Node("Mul", Mean(Node("Mul", distance, distance)), Constant((float)_end.Channels / divisor));
        return Node("Sqrt", variance);
    }

    /// <summary>The map as the slots take it: N×1×H×W.</summary>
    void Finish(string map)
    {
        if (_end.Layout == Layout.Nhwc)
            Node("Transpose", map, OnnxAttribute.Create("perm", 0, 3, 1, 2));
        _nodes[^1].Output[0] = OperatorNode.OutputOf(_end);
    }

    /// <summary>Of groups of channels first, then of the groups: one long sum in float32 would lose the last digits.</summary>
    string Mean(string x)
    {
        var group = LargestDivisor(_end.Channels, (int)Math.Sqrt(_end.Channels));
        if (group == 1)
            return OverChannels("ReduceMean", x);
        var (groups, channelsLast) = (_end.Channels / group, _end.Layout == Layout.Nhwc);
        var grouped = Node(
            "Reshape", x, channelsLast ? Integers(0, _end.Height, _end.Width, groups, group) : Integers(0, groups, group, _end.Height, _end.Width));
        return OverChannels("ReduceMean", Reduce("ReduceMean", grouped, channelsLast ? 4 : 2, keeps: false));
    }

    static int LargestDivisor(int number, int limit)
    {
        while (number % limit != 0)
            limit--;
        return limit;
    }

    string OverChannels(string type, string x) => Reduce(type, x, _end.Layout == Layout.Nhwc ? 3 : 1, keeps: true);

    string Reduce(string type, string x, int axis, bool keeps)
    {
        var keepsAxis = OnnxAttribute.Create("keepdims", keeps ? 1 : 0);
        return _operatorSet >= AxesAsInput ? Add(type, [x, Integers(axis)], keepsAxis) : Add(type, [x], keepsAxis, OnnxAttribute.Create("axes", [axis]));
    }

    string Integers(params long[] values) => Constant(new TensorProto { DataType = Int64, Dims = { values.Length }, Int64Data = { values } });

    string Cast(string x) => Node("Cast", x, OnnxAttribute.Create("to", Float));

    string Constant(float value) => Constant(new TensorProto { DataType = Float, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) });

    string Constant(TensorProto value) => Add("Constant", [], OnnxAttribute.Create("value", value));

    string Node(string type, string x, AttributeProto attribute) => Add(type, [x], attribute);

    string Node(string type, params string[] inputs) => Add(type, inputs);

    string Add(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var output = $"{OperatorNode.OutputOf(_end)}/{_nodes.Count}";
        _nodes.Add(new NodeProto { OpType = type, Name = output, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }
}
