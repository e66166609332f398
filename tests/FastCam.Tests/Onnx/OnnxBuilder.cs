using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;

namespace FastCam.Tests.Onnx;

/// <summary>Writes small networks with seeded He-normal weights, for tests that need a graph of a certain shape.</summary>
sealed class OnnxBuilder
{
    const int Float = 1;

    readonly Random _random = new(1);
    readonly MemoryStream _graph = new();
    readonly Dictionary<string, int> _channels = [];
    int _next;

    public OnnxBuilder(int side, int channels = 3, string? batch = null)
    {
        Side = side;
        _channels["image"] = channels;
        WriteValue(11, "image", [batch ?? (object)1, channels, side, side]);
    }

    public int Side { get; }

    public string Conv(string input, int channels, int kernel = 3, int stride = 1, string? name = null)
    {
        var inputs = _channels[input];
        var weights = Weights([channels, inputs, kernel, kernel], Math.Sqrt(2.0 / (inputs * kernel * kernel)));
        return Node("Conv", [input, weights], channels, name, Ints("kernel_shape", kernel, kernel), Ints("strides", stride, stride), Ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2));
    }

    public string Relu(string input, string? name = null) => Node("Relu", [input], _channels[input], name);

    public string Relu6(string input, string? name = null) => Node("Clip", [input, Constant(0), Constant(6)], _channels[input], name);

    public string MaxPool(string input, string? name = null) => Node("MaxPool", [input], _channels[input], name, Ints("kernel_shape", 2, 2), Ints("strides", 2, 2));

    public string Add(string a, string b, string? name = null) => Node("Add", [a, b], _channels[a], name);

    public string Concat(params string[] inputs) => Node("Concat", inputs, inputs.Sum(input => _channels[input]), null, Int("axis", 1));

    public string GlobalAveragePool(string input) => Node("GlobalAveragePool", [input], _channels[input], null);

    public string Head(string input, int classes)
    {
        var flat = Node("Flatten", [GlobalAveragePool(input)], _channels[input], null, Int("axis", 1));
        return Node("Gemm", [flat, Weights([_channels[input], classes], 0.1)], classes, null);
    }

    public string Node(string type, string[] inputs, int channels, string? name, params AttributeProto[] attributes)
    {
        var output = name ?? $"t{_next++}";
        var node = new NodeProto { OpType = type, Name = $"n{_next++}" };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        node.Attribute.AddRange(attributes);
        WriteField(_graph, 1, node.ToByteArray());
        _channels[output] = channels;
        return output;
    }

    public byte[] Build(params string[] outputs)
    {
        foreach (var output in outputs) WriteValue(12, output, null);
        var model = new MemoryStream();
        model.Write([0x08, 8]); // ir_version 8
        var opset = new MemoryStream();
        opset.Write([0x10, 17]);
        WriteField(model, 8, opset.ToArray());
        WriteField(model, 7, _graph.ToArray());
        return model.ToArray();
    }

    static AttributeProto Ints(string name, params long[] values)
    {
        var attribute = new AttributeProto { Name = name, Type = 7 };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    static AttributeProto Int(string name, long value) => new() { Name = name, I = value, Type = 2 };

    string Constant(float value)
    {
        var name = $"c{_next++}";
        WriteField(_graph, 5, new TensorProto { Name = name, DataType = Float, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) }.ToByteArray());
        return name;
    }

    string Weights(int[] shape, double deviation)
    {
        var name = $"w{_next++}";
        var tensor = new TensorProto { Name = name, DataType = Float };
        tensor.Dims.AddRange(shape.Select(size => (long)size));
        var raw = new byte[shape.Aggregate(1, (a, b) => a * b) * sizeof(float)];
        for (var i = 0; i < raw.Length; i += sizeof(float)) BitConverter.TryWriteBytes(raw.AsSpan(i), (float)(Gauss() * deviation));
        tensor.RawData = ByteString.CopyFrom(raw);
        WriteField(_graph, 5, tensor.ToByteArray());
        return name;
    }

    double Gauss() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    void WriteValue(int field, string name, object[]? dimensions)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = Float };
        if (dimensions is not null)
        {
            tensor.Shape = new TensorShapeProto();
            foreach (var dimension in dimensions)
                tensor.Shape.Dim.Add(dimension is string symbol ? new TensorShapeProto.Types.Dimension { DimParam = symbol } : new TensorShapeProto.Types.Dimension { DimValue = (int)dimension });
        }
        WriteField(_graph, field, new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } }.ToByteArray());
    }

    static void WriteField(Stream target, int field, byte[] content)
    {
        var output = new CodedOutputStream(target, leaveOpen: true);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength(content.Length);
        output.Flush();
        target.Write(content);
    }
}
