using System.Runtime.InteropServices;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;

namespace FastCam.Tests.Onnx;

/// <summary>An image, through a convolution that changes nothing and a rectifier, and whatever a test puts behind: a network that is all head.</summary>
sealed class HeadModel
{
    public const int Channels = 3;
    public const int Height = 5;
    public const int Width = 4;
    public const int Classes = 4;

    readonly List<NodeProto> _nodes = [];
    readonly List<TensorProto> _constants = [];
    readonly bool _channelsLast;
    readonly int _operatorSet;

    /// <param name="channelsLast">Whether the image and its activations are rows × columns × channels.</param>
    /// <param name="operatorSet">ONNX's operators of which year.</param>
    public HeadModel(bool channelsLast = false, int operatorSet = 17)
    {
        _channelsLast = channelsLast;
        _operatorSet = operatorSet;
        var image = channelsLast ? Node("Transpose", ["image"], OnnxAttribute.Create("perm", 0, 3, 1, 2)) : "image";
        var same = Node("Conv", [image, Floats([Channels, Channels, 1, 1], 1, 0, 0, 0, 1, 0, 0, 0, 1)]);
        Activation = Node("Relu", [channelsLast ? Node("Transpose", [same], OnnxAttribute.Create("perm", 0, 2, 3, 1)) : same]);
    }

    /// <summary>The rectified image.</summary>
    public string Activation { get; }

    /// <summary>Classes × channels, of both signs.</summary>
    public static double[,] Weights { get; } = new double[Classes, Channels] { { 0.5, -1.25, 2 }, { -0.75, 0.25, 1 }, { 1.5, 0.125, -2 }, { 0, 1, -0.5 } };

    /// <summary>The weights row by row, or column by column.</summary>
    public static float[] Values(bool byClass) => byClass
        ? [.. Weights.Cast<double>().Select(value => (float)value)]
        : [.. Enumerable.Range(0, Weights.Length).Select(i => (float)Weights[i % Classes, i / Classes])];

    public string Node(string type, IEnumerable<string> inputs, params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type, Output = { $"t{_nodes.Count}" } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        _nodes.Add(node);
        return node.Output[0];
    }

    public string Floats(long[] shape, params float[] values) => Constant(1, shape, MemoryMarshal.AsBytes(values.AsSpan()));

    public string Integers(params long[] values) => Constant(7, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()));

    public string Constant(int type, long[] shape, ReadOnlySpan<byte> raw) =>
        Constant(new TensorProto { DataType = type, Dims = { shape }, RawData = ByteString.CopyFrom(raw) });

    public string Constant(TensorProto tensor)
    {
        tensor.Name = $"c{_constants.Count}";
        _constants.Add(tensor);
        return tensor.Name;
    }

    public byte[] Build(string output)
    {
        const int OperatorSets = 8, ModelGraph = 7, Node = 1, Name = 2, Initializer = 5, Input = 11, Output = 12, Float = 1;
        var graph = new MemoryStream();
        foreach (var node in _nodes)
            OnnxWriter.WriteField(graph, Node, node.ToByteArray());
        OnnxWriter.WriteField(graph, Name, "head"u8);
        foreach (var constant in _constants)
            OnnxWriter.WriteField(graph, Initializer, constant.ToByteArray());
        int[] shape = _channelsLast ? [1, Height, Width, Channels] : [1, Channels, Height, Width];
        var type =
            new TypeProto.Types.Tensor
            {
                ElemType = Float,
                Shape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }) } }
            };
        OnnxWriter.WriteField(graph, Input, new ValueInfoProto { Name = "image", Type = new TypeProto { TensorType = type } }.ToByteArray());
        OnnxWriter.WriteField(graph, Output, new ValueInfoProto { Name = output }.ToByteArray());
        var model = new MemoryStream();
        model.Write([0x08, 0x08]); // IR version 8.
        OnnxWriter.WriteField(model, OperatorSets, new OperatorSetIdProto { Version = _operatorSet }.ToByteArray());
        OnnxWriter.WriteField(model, ModelGraph, graph.ToArray());
        return model.ToArray();
    }
}
