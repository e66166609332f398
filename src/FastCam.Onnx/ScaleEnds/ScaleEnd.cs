using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>A scale end: the last activation at one spatial size, just before the network downsamples (method §4).</summary>
/// <param name="Name">The tensor's name in the model.</param>
/// <param name="Channels">Its channels, r.</param>
/// <param name="Height">Its rows.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Operator">The ONNX operator that makes it.</param>
/// <param name="Reason">Why it was picked, as a display text.</param>
public sealed record ScaleEnd(string Name, int Channels, int Height, int Width, string Operator, string Reason)
{
    /// <summary>Rows × columns.</summary>
    public int Pixels => Height * Width;

    /// <summary>The tensors that the activation was computed from, for statistics that want the side before it; null where a quantised file has none.</summary>
    public IReadOnlyList<ScaleEnd>? Before { get; init; }

    /// <summary>How the tensor lies in the file.</summary>
    internal Layout Layout { get; init; }

    /// <summary>The bytes that it is dequantised from, in the same layout; null where there are none.</summary>
    internal QuantisedTensor? Quantised { get; init; }

    /// <summary>Whether it is of half precision.</summary>
    internal bool IsHalf { get; init; }
}

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
        if (graph.Producer(tap) is not (>= 0 and var maker)
            || graph.Nodes[maker] is not { OpType: "DequantizeLinear", Input: [var bytes, var scaleName, var zeroName] })
        {
            return null;
        }
        if (graph.SmallConstant(scaleName) is not { DataType: Float } scale || graph.SmallConstant(zeroName) is not { DataType: Uint8 or Int8 } zero)
            return null;
        if (scale.Floats().ToList() is not [var step] || zero.Integers().ToList() is not [var zeroPoint])
            return null;
        return new QuantisedTensor(bytes, new Quantisation(step, (int)zeroPoint, zero.DataType == Int8), IsConvolution(graph, bytes));
    }

    /// <summary>
    /// QuantizeLinear, perhaps an activation, and a convolution all of whose inputs are dequantised: what ONNX Runtime makes one
    /// operator on bytes of.
    /// </summary>
    static bool IsConvolution(OnnxGraph graph, string bytes)
    {
        var node = Maker(graph, bytes);
        if (node?.OpType != "QuantizeLinear")
            return false;
        node = Maker(graph, node.Input[0]);
        if (node?.OpType is "Relu" or "Clip")
            node = Maker(graph, node.Input[0]);
        return node?.OpType == "Conv" && node.Input.All(input => Maker(graph, input)?.OpType == "DequantizeLinear");
    }

    static NodeProto? Maker(OnnxGraph graph, string tensor) => graph.Producer(tensor) is >= 0 and var maker ? graph.Nodes[maker] : null;
}
