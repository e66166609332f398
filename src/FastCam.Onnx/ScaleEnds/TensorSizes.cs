using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>How a four-dimensional tensor lies in memory.</summary>
enum Layout
{
    /// <summary>Batch, channels, rows, columns: ONNX's own.</summary>
    Nchw,
    /// <summary>Batch, rows, columns, channels: what converters leave between transposes.</summary>
    Nhwc,
}

/// <summary>An image-shaped tensor's sizes, whatever its layout.</summary>
readonly record struct TensorSize(int Channels, int Height, int Width, Layout Layout)
{
    public (int Height, int Width) Spatial => (Height, Width);
}

/// <summary>
/// The channels, rows and columns of each tensor. ONNX's convolutions and pools are NCHW by definition; from them the layout is
/// carried through transposes and through all that computes place by place, forwards and, for what comes before a first convolution,
/// backwards. Padding is looked through: a padded tensor is of the size of what was padded.
/// </summary>
sealed class TensorSizes
{
    static readonly HashSet<string> Nchw =
        ["Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "BatchNormalization", "InstanceNormalization",
            "GroupNormalization", "LRN", "DepthToSpace", "SpaceToDepth", "QLinearConv", "ConvInteger"];

    static readonly HashSet<string> Rearranging = ["Reshape", "Flatten", "Squeeze", "Unsqueeze", "MatMul", "Gemm", "Gather", "Shape"];

    readonly OnnxGraph _graph;
    readonly IReadOnlyDictionary<string, int[]> _shapes;
    readonly Dictionary<string, Layout> _layouts = [];
    readonly Dictionary<string, TensorSize> _sizes = [];

    public TensorSizes(OnnxGraph graph, IReadOnlyDictionary<string, int[]> shapes)
    {
        _graph = graph;
        _shapes = shapes;
        foreach (var node in graph.Nodes)
            Forward(node);
        for (var index = graph.Nodes.Count - 1; index >= 0; index--)
            Backward(graph.Nodes[index]);
        foreach (var node in graph.Nodes)
            Forward(node);
        foreach (var input in graph.Inputs)
            Measure(input.Name, null);
        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Output)
                Measure(output, node);
        }
    }

    /// <summary>A tensor's sizes; null where it is not image-shaped, or its layout or shape is not known.</summary>
    public TensorSize? Of(string tensor) => _sizes.TryGetValue(tensor, out var size) ? size : null;

    void Measure(string tensor, NodeProto? maker)
    {
        if (!_shapes.TryGetValue(tensor, out var shape) || shape is not [_, > 0, > 0, > 0] || !_layouts.TryGetValue(tensor, out var layout))
            return;
        var size = layout == Layout.Nchw ? new TensorSize(shape[1], shape[2], shape[3], layout) : new TensorSize(shape[3], shape[1], shape[2], layout);
        if (maker?.OpType is "Pad" or "Transpose" or "QuantizeLinear" or "DequantizeLinear" or "Cast" or "Identity" && Of(maker.Input[0]) is { } before)
            size = size with { Height = before.Height, Width = before.Width };
        _sizes[tensor] = size;
    }

    void Forward(NodeProto node)
    {
        if (LayoutAfter(node) is not { } layout)
            return;
        foreach (var output in node.Output)
            _layouts.TryAdd(output, layout);
    }

    Layout? LayoutAfter(NodeProto node)
    {
        if (Nchw.Contains(node.OpType))
            return Layout.Nchw;
        if (Rearranging.Contains(node.OpType))
            return null;
        var before = node.Input.Where(_layouts.ContainsKey).Select(input => (Layout?)_layouts[input]).FirstOrDefault();
        return node.OpType == "Transpose" ? Transposed(before, node) : before;
    }

    void Backward(NodeProto node)
    {
        if (node.Input.Count == 0 || _graph.IsConstant(node.Input[0]))
            return;
        if (Nchw.Contains(node.OpType))
        {
            _layouts.TryAdd(node.Input[0], Layout.Nchw);
        }
        else if (!Rearranging.Contains(node.OpType) && _layouts.TryGetValue(node.Output[0], out var after))
        {
            if ((node.OpType == "Transpose" ? Transposed(after, node) : after) is not { } before)
                return;
            foreach (var input in node.Input)
            {
                if (!_graph.IsConstant(input) && _shapes.TryGetValue(input, out var shape) && shape.Length == 4)
                    _layouts.TryAdd(input, before);
            }
        }
    }

    /// <summary>Swapping channels to the end and back are each other's inverses, so one rule serves both directions.</summary>
    static Layout? Transposed(Layout? layout, NodeProto node) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == "perm")?.Ints switch
        {
            [0, 2, 3, 1] or [0, 3, 1, 2] => layout == Layout.Nchw ? Layout.Nhwc : layout == Layout.Nhwc ? Layout.Nchw : null,
            [0, 1, 2, 3] => layout,
            _ => null,
        };
}
