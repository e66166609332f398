using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>Tells whether a tensor is the outcome of a non-linearity, and what it was before.</summary>
sealed class Activation(OnnxGraph graph)
{
    const int LongestGate = 8;

    static readonly HashSet<string> Operators =
        ["Relu", "Clip", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "HardSwish", "HardSigmoid", "Sigmoid", "Softplus", "Mish", "Gelu", "Swish",
            "ThresholdedRelu"];

    static readonly HashSet<string> SameValue = ["Identity", "Cast", "Dropout", "QuantizeLinear", "DequantizeLinear"];

    readonly bool[] _learnt = FindLearnt(graph);

    /// <summary>
    /// Whether the node's output is an activation: a non-linear operator's, a product x·gate(x) (SiLU, HardSwish and GELU as exporters
    /// write them out), a concatenation of activations, or in a quantised network a tensor whose zero point is the lowest number of its
    /// type: saturation there is the ReLU. What is computed before the first weights is not one.
    /// </summary>
    public bool IsOne(int index)
    {
        var node = graph.Nodes[index];
        if (!_learnt[index])
            return false;
        return node.OpType switch
        {
            "Concat" => node.Input.All(input => graph.Producer(input) is var maker and >= 0 && IsOne(maker)),
            "Mul" => GatedValue(node) is not null,
            "DequantizeLinear" => graph.Producer(node.Input[0]) is var maker and >= 0 && IsOne(maker),
            "QuantizeLinear" => graph.Producer(node.Input[0]) is var maker and >= 0 && (IsOne(maker) || _learnt[maker] && SaturatesAtZero(node)),
            "Identity" or "Dropout" or "Cast" => graph.Producer(node.Input[0]) is var maker and >= 0 && IsOne(maker),
            _ => Operators.Contains(node.OpType),
        };
    }

    /// <summary>
    /// The tensors that the activation was computed from: one, or of a concatenation its branches' in order; null where a quantiser
    /// left none.
    /// </summary>
    public IReadOnlyList<string>? Before(int index)
    {
        var node = graph.Nodes[index];
        switch (node.OpType)
        {
            case "Concat":
                var branches = node.Input.Select(input => Before(graph.Producer(input))).ToList();
                return branches.Contains(null) ? null : [.. branches.SelectMany(branch => branch!)];
            case "Mul":
                return [GatedValue(node)!];
            case "QuantizeLinear" or "DequantizeLinear" or "Identity" or "Dropout" or "Cast":
                var maker = graph.Producer(node.Input[0]);
                return maker >= 0 && IsOne(maker) ? Before(maker) : null;
            default:
                return [node.Input[0]];
        }
    }

    /// <summary>x of x·gate(x), where the gate is computed from x alone, place by place.</summary>
    string? GatedValue(NodeProto node)
    {
        if (node.Input.Count != 2)
            return null;
        return Gates(node.Input[1], node.Input[0]) ? node.Input[0] : Gates(node.Input[0], node.Input[1]) ? node.Input[1] : null;
    }

    bool Gates(string gate, string value)
    {
        var root = Root(value);
        var nonLinear = false;
        for (var steps = 0; steps < LongestGate && graph.Producer(gate) is var maker and >= 0; steps++)
        {
            var node = graph.Nodes[maker];
            var varying = node.Input.Where(input => input.Length > 0 && !graph.IsConstant(input)).ToList();
            if (varying.Count != 1 || node.OpType is "Conv" or "Gemm" or "MatMul" or "Slice" or "GlobalAveragePool" or "ReduceMean" or "Reshape" or "Transpose")
                return false;
            nonLinear |= Operators.Contains(node.OpType) || node.OpType is "Tanh" or "Erf";
            gate = varying[0];
            if (nonLinear && Root(gate) == root)
                return true;
        }
        return false;
    }

    string Root(string tensor)
    {
        while (graph.Producer(tensor) is var maker and >= 0 && SameValue.Contains(graph.Nodes[maker].OpType))
            tensor = graph.Nodes[maker].Input[0];
        return tensor;
    }

    bool SaturatesAtZero(NodeProto quantise)
    {
        const int Uint8 = 2, Int8 = 3, Uint16 = 4, Int16 = 5;
        if (quantise.Input.Count < 3 || quantise.Input[2].Length == 0)
            return true; // By default uint8 with a zero point of 0.
        if (graph.SmallConstant(quantise.Input[2]) is not { } zeroPoint)
            return false;
        var lowest = zeroPoint.DataType switch { Uint8 or Uint16 => 0, Int8 => sbyte.MinValue, Int16 => short.MinValue, _ => int.MaxValue };
        return zeroPoint.Integers().All(value => value == lowest);
    }

    static bool[] FindLearnt(OnnxGraph graph)
    {
        var learnt = new bool[graph.Nodes.Count];
        for (var index = 0; index < learnt.Length; index++)
        {
            var node = graph.Nodes[index];
            learnt[index] = node.OpType is "Conv" or "Gemm" or "MatMul" or "QLinearConv" or "ConvInteger"
                || node.Input.Any(input => graph.Producer(input) is var maker and >= 0 && learnt[maker]);
        }
        return learnt;
    }
}
