using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Models;

namespace FastCam.Tests.Onnx;

/// <summary>A convolutional network in float64, operator by operator as ONNX defines them: what ONNX Runtime's own arithmetic is held against.</summary>
sealed class Float64Network
{
    readonly OnnxGraph _graph;
    readonly ConstantTensors _constants;
    readonly Dictionary<string, Tensor> _tensors = [];

    /// <summary>Runs a network up to its last scale end.</summary>
    /// <param name="model">The network: of convolutions, clips and sums.</param>
    /// <param name="input">Its input, one image in NCHW.</param>
    public Float64Network(Model model, double[] input)
    {
        _graph = ModelReader.Read(model.Bytes, model.FilePath);
        _constants = new ConstantTensors(model.Bytes, _graph, model.FilePath);
        _tensors[model.Input.Name] = new Tensor(3, model.Input.Height, model.Input.Width, input);
        var last = model.ScaleEnds.Max(tap => _graph.Producer(tap.Name));
        foreach (var node in _graph.Nodes.Take(last + 1))
        {
            if (node.OpType is not ("Constant" or "Identity") || _tensors.ContainsKey(node.Input.FirstOrDefault() ?? ""))
                _tensors[node.Output[0]] = Run(node);
        }
    }

    /// <summary>A tensor, channels × height × width.</summary>
    public double[] this[string tensor] => _tensors[tensor].Values;

    Tensor Run(NodeProto node) => node.OpType switch
    {
        "Conv" => Convolve(node, _tensors[node.Input[0]]),
        "Clip" => Map(_tensors[node.Input[0]], Bound(node, 1, double.NegativeInfinity), Bound(node, 2, double.PositiveInfinity)),
        "Add" => Add(_tensors[node.Input[0]], _tensors[node.Input[1]]),
        "Identity" => _tensors[node.Input[0]],
        _ => throw new NotSupportedException($"{node.OpType} is not among this network's operators."),
    };

    double Bound(NodeProto node, int input, double open) =>
        node.Input.Count > input && node.Input[input].Length > 0 ? _constants.Read(node.Input[input]).Values[0] : open;

    static Tensor Map(Tensor tensor, double least, double most) => tensor with { Values = [.. tensor.Values.Select(value => Math.Clamp(value, least, most))] };

    static Tensor Add(Tensor left, Tensor right) => left with { Values = [.. left.Values.Zip(right.Values, (a, b) => a + b)] };

    Tensor Convolve(NodeProto node, Tensor input)
    {
        long[] Numbers(string name, params long[] otherwise) =>
            node.Attribute.FirstOrDefault(attribute => attribute.Name == name) is { } found ? [.. found.Ints] : otherwise;
        Assert.DoesNotContain(node.Attribute, attribute => attribute.Name == "auto_pad" && attribute.S.ToStringUtf8() != "NOTSET");
        Assert.Equal([1, 1], Numbers("dilations", 1, 1));
        var (shape, weights) = _constants.Read(node.Input[1]);
        var bias = node.Input.Count > 2 ? _constants.Read(node.Input[2]).Values : new float[shape[0]];
        var (strides, pads) = (Numbers("strides", 1, 1), Numbers("pads", 0, 0, 0, 0));
        var groups = (int)(node.Attribute.FirstOrDefault(attribute => attribute.Name == "group")?.I ?? 1);
        var (outputs, perGroup, kernelHeight, kernelWidth) = (shape[0], shape[1], shape[2], shape[3]);
        var height = (int)((input.Height + pads[0] + pads[2] - kernelHeight) / strides[0] + 1);
        var width = (int)((input.Width + pads[1] + pads[3] - kernelWidth) / strides[1] + 1);
        var values = new double[outputs * height * width];
        Parallel.For(0, outputs, output =>
        {
            var target = values.AsSpan(output * height * width, height * width);
            target.Fill(bias[output]);
            for (var channel = 0; channel < perGroup; channel++)
            {
                var source = input.Values.AsSpan((output / (outputs / groups) * perGroup + channel) * input.Height * input.Width, input.Height * input.Width);
                for (var tap = 0; tap < kernelHeight * kernelWidth; tap++)
                {
                    double weight = weights[(output * perGroup + channel) * kernelHeight * kernelWidth + tap];
                    var (down, across) = (tap / kernelWidth - (int)pads[0], tap % kernelWidth - (int)pads[1]);
                    for (var row = 0; row < height; row++)
                    {
                        var from = row * (int)strides[0] + down;
                        if (from < 0 || from >= input.Height)
                            continue;
                        for (var column = 0; column < width; column++)
                        {
                            var at = column * (int)strides[1] + across;
                            if (at >= 0 && at < input.Width)
                                target[row * width + column] += weight * source[from * input.Width + at];
                        }
                    }
                }
            }
        });
        return new Tensor(outputs, height, width, values);
    }

    sealed record Tensor(int Channels, int Height, int Width, double[] Values);
}
