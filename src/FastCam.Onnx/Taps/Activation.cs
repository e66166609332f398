using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.Taps;

/// <summary>Tells whether a node's output is the outcome of a non-linearity, or only of linear operators.</summary>
static class Activation
{
    static readonly HashSet<string> Operators =
        ["Relu", "Clip", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "HardSwish", "HardSigmoid", "Sigmoid", "Softplus", "Mish", "Gelu", "ThresholdedRelu"];

    public static bool IsActivation(OnnxGraph graph, NodeProto node) => node.OpType switch
    {
        "Concat" => node.Input.All(input => graph.Producer(input) is var maker and >= 0 && IsActivation(graph, graph.Nodes[maker])),
        "Mul" => IsSelfGated(graph, node),
        _ => Operators.Contains(node.OpType),
    };

    /// <summary>x·sigmoid(x), which exporters write as two nodes (SiLU; HardSwish likewise).</summary>
    static bool IsSelfGated(OnnxGraph graph, NodeProto node) =>
        node.Input.Count == 2 && (Gates(graph, node.Input[0], node.Input[1]) || Gates(graph, node.Input[1], node.Input[0]));

    static bool Gates(OnnxGraph graph, string gate, string value) =>
        graph.Producer(gate) is var maker and >= 0
        && graph.Nodes[maker] is { OpType: "Sigmoid" or "HardSigmoid" } sigmoid
        && sigmoid.Input[0] == value;
}
