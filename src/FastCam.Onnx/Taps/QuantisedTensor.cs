using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Taps;

/// <summary>The bytes behind a tap of a quantised (QDQ) file: what its DequantizeLinear reads.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Quantisation">What its bytes stand for.</param>
/// <param name="IsMadeByConvolution">Whether ONNX Runtime makes it by a convolution of bytes, which it does with channels last.</param>
sealed record QuantisedTensor(string Name, Quantisation Quantisation, bool IsMadeByConvolution)
{
    const int Float = 1, Uint8 = 2, Int8 = 3;

    /// <summary>The bytes behind a tensor; null where there are none, or none that one scale and zero point hold for.</summary>
    public static QuantisedTensor? Behind(OnnxGraph graph, string tap)
    {
        if (graph.Producer(tap) is not (>= 0 and var maker) || graph.Nodes[maker] is not { OpType: "DequantizeLinear", Input: [var bytes, var scaleName, var zeroName] }) return null;
        if (graph.SmallConstant(scaleName) is not { DataType: Float } scale || graph.SmallConstant(zeroName) is not { DataType: Uint8 or Int8 } zero) return null;
        if (scale.Floats().ToList() is not [var step] || zero.Integers().ToList() is not [var zeroPoint]) return null;
        return new QuantisedTensor(bytes, new Quantisation(step, (int)zeroPoint, zero.DataType == Int8), IsConvolution(graph, bytes));
    }

    /// <summary>QuantizeLinear, perhaps an activation, and a convolution all of whose inputs are dequantised: what ONNX Runtime makes one operator on bytes of.</summary>
    static bool IsConvolution(OnnxGraph graph, string bytes)
    {
        var node = Maker(graph, bytes);
        if (node?.OpType != "QuantizeLinear") return false;
        node = Maker(graph, node.Input[0]);
        if (node?.OpType is "Relu" or "Clip") node = Maker(graph, node.Input[0]);
        return node?.OpType == "Conv" && node.Input.All(input => Maker(graph, input)?.OpType == "DequantizeLinear");
    }

    static NodeProto? Maker(OnnxGraph graph, string tensor) => graph.Producer(tensor) is >= 0 and var maker ? graph.Nodes[maker] : null;
}
