using FastCam.Lab.Generation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Tests.Onnx;

/// <summary>Small networks layer by layer, with tensor names of the test's choice, for tests that need a graph of a certain shape.</summary>
sealed class OnnxBuilder
{
    readonly NormalSource _normal = new(1);
    readonly OnnxWriter _file = new();
    readonly Dictionary<string, int> _channels = [];

    public OnnxBuilder(int side, int channels = 3, string? batch = null)
    {
        _channels["image"] = channels;
        _file.Input("image", batch ?? (object)1, channels, side, side);
    }

    public string Conv(string input, int channels, int kernel = 3, int stride = 1, string? name = null)
    {
        var inputs = _channels[input];
        var weights = Weights([channels, inputs, kernel, kernel], Math.Sqrt(2.0 / (inputs * kernel * kernel)));
        return Node("Conv", [input, weights], channels, name, OnnxAttribute.Window(kernel, stride, kernel / 2));
    }

    public string Relu(string input, string? name = null) => Node("Relu", [input], _channels[input], name);

    public string Relu6(string input, string? name = null) => Node("Clip", [input, _file.Scalar(0), _file.Scalar(6)], _channels[input], name);

    public string MaxPool(string input, string? name = null) => Node("MaxPool", [input], _channels[input], name, OnnxAttribute.Window(2, 2, 0));

    public string Add(string a, string b, string? name = null) => Node("Add", [a, b], _channels[a], name);

    public string Concat(params string[] inputs) => Node("Concat", inputs, inputs.Sum(input => _channels[input]), null, OnnxAttribute.Create("axis", 1));

    public string Head(string input, int classes)
    {
        var flat = Node("Flatten", [Node("GlobalAveragePool", [input], _channels[input], null)], _channels[input], null);
        return Node("Gemm", [flat, Weights([_channels[input], classes], 0.1)], classes, null);
    }

    public string Constant(params int[] shape) => Weights(shape, 0.1);

    public byte[] Build(params string[] outputs)
    {
        foreach (var output in outputs)
            _file.Output(output);
        var model = new MemoryStream();
        _file.Write(model, "test");
        return model.ToArray();
    }

    public string Node(string type, string[] inputs, int channels, string? name, params AttributeProto[] attributes)
    {
        name ??= _file.Fresh("t");
        _file.Node(type, inputs, [name], attributes);
        _channels[name] = channels;
        return name;
    }

    string Weights(int[] shape, double deviation)
    {
        var values = new float[shape.Aggregate(1, (a, b) => a * b)];
        foreach (ref var value in values.AsSpan())
            value = (float)(_normal.Next() * deviation);
        return _file.Weights("w", shape, values);
    }
}
