using System.Runtime.InteropServices;
using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;

namespace FastCam.Onnx.Graph;

/// <summary>
/// Collects a graph's nodes, initialisers, inputs and outputs and writes them as an ONNX file. Weights are kept once and go from
/// their arrays straight to the stream.
/// </summary>
sealed class OnnxWriter
{
    const int Float = 1;
    const int Int64 = 7;
    const int IrVersion = 8;
    const int OperatorSet = 17;

    readonly List<Field> _graph = [];
    readonly HashSet<string> _initializers = [];
    readonly Dictionary<string, int> _counts = [];

    /// <summary>One field of the graph; a weight's values follow the content.</summary>
    readonly record struct Field(int Number, byte[] Content, float[] Values)
    {
        public int Length => Content.Length + Values.Length * sizeof(float);
    }

    static class ModelField
    {
        public const int IrVersion = 1, ProducerName = 2, Graph = 7, OperatorSetImport = 8;
    }

    static class GraphField
    {
        public const int Node = 1, Name = 2, Initializer = 5, Input = 11, Output = 12;
    }

    /// <summary>Adds a node with one output and returns the output's name, which says what made it.</summary>
    public string Node(string type, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        var output = Fresh(type.ToLowerInvariant());
        Node(type, inputs, [output], attributes);
        return output;
    }

    /// <summary>Adds a node whose outputs' names are given.</summary>
    public void Node(string type, IEnumerable<string> inputs, IReadOnlyList<string> outputs, params IEnumerable<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = type, Name = $"{type}:{outputs[0]}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        Add(GraphField.Node, node);
    }

    /// <summary>A name that no tensor has yet.</summary>
    public string Fresh(string stem)
    {
        var count = _counts[stem] = _counts.GetValueOrDefault(stem) + 1;
        return $"{stem}_{count}";
    }

    /// <summary>Adds a float tensor, kept and not copied, and returns its name.</summary>
    public string Weights(string stem, IReadOnlyList<int> shape, float[] values)
    {
        var tensor = new TensorProto { Name = Fresh(stem), DataType = Float };
        tensor.Dims.AddRange(shape.Select(size => (long)size));
        var header = new MemoryStream();
        tensor.WriteTo(header);
        WriteHeader(header, TensorProto.RawDataFieldNumber, values.Length * sizeof(float));
        _graph.Add(new Field(GraphField.Initializer, header.ToArray(), values));
        return tensor.Name;
    }

    /// <summary>Adds a scalar, once for each value, and returns its name.</summary>
    public string Scalar(float value)
    {
        var tensor = new TensorProto { Name = $"scalar_{value}", DataType = Float, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) };
        if (_initializers.Add(tensor.Name))
            Add(GraphField.Initializer, tensor);
        return tensor.Name;
    }

    /// <summary>Adds a row of integers, once for each content, and returns its name.</summary>
    public string Integers(params long[] values)
    {
        var tensor = new TensorProto { Name = $"integers_{string.Join('_', values)}", DataType = Int64 };
        tensor.Dims.Add(values.Length);
        tensor.Int64Data.AddRange(values);
        if (_initializers.Add(tensor.Name))
            Add(GraphField.Initializer, tensor);
        return tensor.Name;
    }

    /// <summary>Adds a float input; a dimension is a number, or a name for one that the caller chooses.</summary>
    public void Input(string name, params object[] dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (var dimension in dimensions)
        {
            shape.Dim.Add(
                dimension is string symbol
                    ? new TensorShapeProto.Types.Dimension { DimParam = symbol }
                    : new TensorShapeProto.Types.Dimension { DimValue = (int)dimension });
        }
        Value(GraphField.Input, name, new TypeProto.Types.Tensor { ElemType = Float, Shape = shape });
    }

    /// <summary>Makes a tensor an output. Its shape is left for the runtime to infer.</summary>
    public void Output(string name) => Value(GraphField.Output, name, new TypeProto.Types.Tensor { ElemType = Float });

    /// <summary>Writes the file.</summary>
    public void Write(Stream target, string name)
    {
        var output = new CodedOutputStream(target, leaveOpen: true);
        output.WriteTag(ModelField.IrVersion, WireFormat.WireType.Varint);
        output.WriteInt32(IrVersion);
        output.WriteTag(ModelField.ProducerName, WireFormat.WireType.LengthDelimited);
        output.WriteString("FastCam.Edge");
        output.Flush();
        WriteField(target, ModelField.OperatorSetImport, new OperatorSetIdProto { Version = OperatorSet }.ToByteArray());
        _graph.Insert(0, new Field(GraphField.Name, System.Text.Encoding.UTF8.GetBytes(name), []));
        WriteHeader(target, ModelField.Graph, checked((int)_graph.Sum(field => (long)HeaderLength(field.Number, field.Length) + field.Length)));
        foreach (var field in _graph)
        {
            WriteHeader(target, field.Number, field.Length);
            target.Write(field.Content);
            target.Write(MemoryMarshal.AsBytes(field.Values));
        }
    }

    void Value(int field, string name, TypeProto.Types.Tensor tensor) =>
        Add(field, new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } });

    void Add(int field, IMessage message) => _graph.Add(new Field(field, message.ToByteArray(), []));

    /// <summary>The bytes before such a field's content.</summary>
    public static int HeaderLength(int field, int length) => CodedOutputStream.ComputeTagSize(field) + CodedOutputStream.ComputeLengthSize(length);

    static void WriteHeader(Stream target, int field, int length)
    {
        const int LongestHeader = 16; // By default its buffer is 4 kB, which a model of many outputs would take for each of them.
        var output = new CodedOutputStream(target, LongestHeader, leaveOpen: true);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length);
        output.Flush();
    }

    /// <summary>Writes one length-delimited protobuf field.</summary>
    public static void WriteField(Stream target, int field, ReadOnlySpan<byte> content)
    {
        WriteHeader(target, field, content.Length);
        target.Write(content);
    }
}

/// <summary>Node attributes of the kinds that a network needs.</summary>
static class OnnxAttribute
{
    const int Float = 1, Int = 2, String = 3, Tensor = 4, IntList = 7;

    public static AttributeProto Create(string name, float value) => new() { Name = name, F = value, Type = Float };

    public static AttributeProto Create(string name, int value) => new() { Name = name, I = value, Type = Int };

    public static AttributeProto Create(string name, string value) => new() { Name = name, S = Google.Protobuf.ByteString.CopyFromUtf8(value), Type = String };

    public static AttributeProto Create(string name, TensorProto value) => new() { Name = name, T = value, Type = Tensor };

    public static AttributeProto Create(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = IntList };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    /// <summary>The kernel, stride and padding of a square convolution or pool.</summary>
    public static AttributeProto[] Window(int kernel, int stride, int padding) =>
        [Create("kernel_shape", kernel, kernel), Create("strides", stride, stride), Create("pads", padding, padding, padding, padding)];
}
