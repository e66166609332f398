using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.ScaleEnds;

namespace FastCam.Onnx.ClassMaps;

/// <summary>
/// Finds a network's linear end by walking back from its scores: through a softmax and whatever only reshapes, scales or shifts
/// (rounding of a quantised network counts as the identity), through one linear layer, to global average pooling. Where the linear
/// layer comes before the pooling (SqueezeNet), the pooling alone is the head and each channel is a class.
/// </summary>
sealed class ClassHeadFinder(OnnxGraph graph, TensorShapes shapes, ConstantTensors constants, string path)
{
    const int MostNamed = 8;

    static readonly HashSet<string> Reshaping =
        ["Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "QuantizeLinear", "DequantizeLinear"];
    static readonly HashSet<string> ScoreToProbability = ["Softmax", "LogSoftmax", "Sigmoid"];

    readonly TensorSizes _sizes = new(graph, shapes.Shapes);

    /// <exception cref="ModelException">The network does not end so: the message names what was found instead.</exception>
    public ClassHead Find(string output)
    {
        var (tensor, factor) = (output, 1.0);
        LinearLayer? linear = null;
        while (graph.Producer(tensor) is var maker and >= 0)
        {
            var node = graph.Nodes[maker];
            if (AveragePooling.Source(node, graph, _sizes) is { } source)
            {
                if (_sizes.Of(source) is not { Height: 1, Width: 1 })
                    return Describe(source, node, linear, factor) is { } head && Fits(head, output) ? head : throw NoHead(output);
                tensor = source;
            }
            else if (linear is null && ScoreToProbability.Contains(node.OpType))
            {
                (tensor, factor) = (node.Input[0], 1);
            }
            else if (linear is null && LinearLayer.FromNode(node, constants) is { } layer)
            {
                (tensor, linear, factor) = (layer.Input, layer, factor * layer.Factor);
            }
            else if (Step(node) is { } step)
            {
                (tensor, factor) = (step.Input, factor * step.Factor);
            }
            else
            {
                break;
            }
        }
        throw NoHead(output);
    }

    /// <summary>A node that changes no more of its features than their shape and a common factor; null for any other.</summary>
    (string Input, double Factor)? Step(NodeProto node)
    {
        switch (node.OpType)
        {
            case "Transpose" when IsVector(node.Input[0]):
            case var type when Reshaping.Contains(type):
            case "Sub" when constants.IsConstant(node.Input[1]):
                return (node.Input[0], 1);
            case "Div" when Scalar(node.Input[1]) is { } divisor:
                return (node.Input[0], 1 / divisor);
            case "Add":
                return constants.IsConstant(node.Input[1]) ? (node.Input[0], 1) : constants.IsConstant(node.Input[0]) ? (node.Input[1], 1) : null;
            case "Mul":
                return Scalar(node.Input[1]) is { } right ? (node.Input[0], right) : Scalar(node.Input[0]) is { } left ? (node.Input[1], left) : null;
            default:
                return null;
        }
    }

    double? Scalar(string tensor) => constants.IsConstant(tensor) && IsOneValue(tensor) ? constants.Read(tensor).Values[0] : null;

    /// <summary>A constant of the file is among the small ones then; one that is dequantised has a shape.</summary>
    bool IsOneValue(string tensor) =>
        graph.SmallConstant(tensor) is { } value
            ? value.Dims.All(size => size == 1)
            : shapes.Shapes.TryGetValue(tensor, out var shape) && shape.All(size => size == 1);

    ClassHead? Describe(string source, NodeProto pooling, LinearLayer? linear, double factor)
    {
        var tensor = Untransposed(source);
        if (graph.Producer(tensor) < 0 || _sizes.Of(tensor) is not { } size)
            return null;
        var activation = new ScaleEnd(
            tensor, size.Channels, size.Height, size.Width, graph.Nodes[graph.Producer(tensor)].OpType, $"what {pooling.OpType} averages for the scores")
        { Layout = size.Layout, IsHalf = shapes.Halves.Contains(tensor) };
        factor /= activation.Pixels;
        if (linear is null)
            return ClassHead.Pooled(activation, (float)factor);
        return linear.Gradients(constants, activation.Channels, factor) is { } gradients ? ClassHead.Linear(activation, gradients) : null;
    }

    /// <summary>The same activations as the network first holds them: there they are the deepest scale end.</summary>
    string Untransposed(string tensor)
    {
        while (graph.Producer(tensor) is var maker and >= 0 && graph.Nodes[maker] is { OpType: "Transpose" or "Identity" or "Dropout" or "Cast" } node
            && _sizes.Of(node.Input[0]) is { } before && before with { Layout = default } == _sizes.Of(tensor)!.Value with { Layout = default })
        {
            tensor = node.Input[0];
        }
        return tensor;
    }

    bool Fits(ClassHead head, string output) =>
        IsVector(output) && shapes.Shapes[output].Where(size => size > 0).Aggregate(1L, (product, size) => product * size) == head.Classes;

    /// <summary>One row of values. A size that is open is a batch's, and that is one.</summary>
    bool IsVector(string tensor) => shapes.Shapes.TryGetValue(tensor, out var shape) && shape.Count(size => size > 1) <= 1;

    ModelException NoHead(string output)
    {
        if (shapes.Shapes.TryGetValue(output, out var shape) && !IsVector(output))
        {
            return new(
                ModelFault.Unsupported,
                $"{path} gives no score a class ({output} is {string.Join('×', shape)}), so there is no class map; choose a map without a class.");
        }
        return new(ModelFault.Unsupported,
            $"{path} has no end that class maps can be computed from: before {output} come {string.Join(", ", LastOperators(output))}, where global average "
            + "pooling and at most one linear layer are needed; choose a map without a class.");
    }

    /// <summary>The operators from the one that takes rows and columns away to the scores, in that order.</summary>
    IEnumerable<string> LastOperators(string tensor)
    {
        var named = new List<string>();
        while (graph.Producer(tensor) is var maker and >= 0)
        {
            var node = graph.Nodes[maker];
            if (node.OpType is not ("QuantizeLinear" or "DequantizeLinear" or "Identity"))
                named.Insert(0, node.OpType);
            tensor = node.Input.FirstOrDefault(input => input.Length > 0 && !constants.IsConstant(input)) ?? "";
            if (_sizes.Of(tensor) is { Height: > 1 } or { Width: > 1 })
                break;
            if (named.Count < MostNamed)
                continue;
            named.Insert(0, "…");
            break;
        }
        return named;
    }
}

/// <summary>A layer whose outputs are weighted sums of its inputs, as exporters write it. Its bias is of no account: the gradient does not have it.</summary>
/// <param name="Input">The tensor that is weighted.</param>
/// <param name="Weights">The constant that weights it.</param>
/// <param name="ByClass">Whether the weights lie class by class; otherwise channel by channel.</param>
/// <param name="Factor">What the weights are multiplied by.</param>
sealed record LinearLayer(string Input, string Weights, bool ByClass, double Factor)
{
    /// <summary>The layer that a node is; null where it is none, or its weights are no constants.</summary>
    public static LinearLayer? FromNode(NodeProto node, ConstantTensors constants)
    {
        if (node.OpType is not ("Gemm" or "MatMul" or "Conv") || !constants.IsConstant(node.Input[1]))
            return null;
        return node.OpType switch
        {
            // Of a single row of features the transpose (transA) is that row again.
            "Gemm" => new(node.Input[0], node.Input[1], Attribute(node, "transB")?.I == 1, Attribute(node, "alpha")?.F ?? 1),
            "MatMul" => new(node.Input[0], node.Input[1], ByClass: false, 1),
            _ => Attribute(node, "group") is null or { I: 1 } ? new(node.Input[0], node.Input[1], ByClass: true, 1) : null,
        };
    }

    /// <summary>The gradients, classes × channels; null where the weights do not fit the channels.</summary>
    /// <param name="constants">Where the weights are read.</param>
    /// <param name="channels">The features that the layer is given.</param>
    /// <param name="factor">What the weights are multiplied by.</param>
    public float[]? Gradients(ConstantTensors constants, int channels, double factor)
    {
        var (shape, values) = constants.Read(Weights);
        // A 1×1 convolution's kernel is behind its two axes; MatMul's stack of matrices, here one, before them.
        var axes = ByClass ? 0 : shape.Length - 2;
        if (shape.Length < 2 || shape.Where((size, axis) => axis != axes && axis != axes + 1).Any(size => size != 1))
            return null;
        var (rows, columns) = (shape[axes], shape[axes + 1]);
        if ((ByClass ? columns : rows) != channels || values.Length == 0)
            return null;
        var classes = values.Length / channels;
        var gradients = new float[values.Length];
        for (var @class = 0; @class < classes; @class++)
        {
            for (var channel = 0; channel < channels; channel++)
                gradients[@class * channels + channel] = (float)(factor * values[ByClass ? @class * channels + channel : channel * classes + @class]);
        }
        return gradients;
    }

    static AttributeProto? Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}

/// <summary>The ways in which exporters write global average pooling.</summary>
static class AveragePooling
{
    /// <summary>The tensor that the node averages over all of its rows and columns; null where it does something else.</summary>
    public static string? Source(NodeProto node, OnnxGraph graph, TensorSizes sizes)
    {
        if (node.Input.Count == 0 || sizes.Of(node.Input[0]) is not { } size)
            return null;
        var isGlobal = node.OpType switch
        {
            "GlobalAveragePool" => true,
            "AveragePool" => Integers(node, "kernel_shape") is [var rows, var columns] && rows == size.Height && columns == size.Width
                && Integers(node, "pads").All(pad => pad == 0),
            "ReduceMean" => Axes(node, graph).Order().SequenceEqual(size.Layout == Layout.Nchw ? [2, 3] : [1, 2]),
            _ => false,
        };
        return isGlobal ? node.Input[0] : null;
    }

    /// <summary>An attribute until operator set 18, an input from then on; negative ones count from the end.</summary>
    static IEnumerable<long> Axes(NodeProto node, OnnxGraph graph)
    {
        const int Rank = 4;
        var axes = node.Input.Count > 1 && graph.SmallConstant(node.Input[1]) is { } input ? input.Integers() : Integers(node, "axes");
        return axes.Select(axis => axis < 0 ? axis + Rank : axis);
    }

    static IReadOnlyList<long> Integers(NodeProto node, string attribute) =>
        node.Attribute.FirstOrDefault(found => found.Name == attribute) is { } found ? [.. found.Ints] : [];
}
