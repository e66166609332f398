using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Taps;

namespace FastCam.Onnx.ClassMaps;

/// <summary>The ways in which exporters write global average pooling.</summary>
static class AveragePooling
{
    /// <summary>The tensor that the node averages over all of its rows and columns; null where it does something else.</summary>
    public static string? Source(NodeProto node, OnnxGraph graph, TensorSizes sizes)
    {
        if (node.Input.Count == 0 || sizes.Of(node.Input[0]) is not { } size) return null;
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

    static IReadOnlyList<long> Integers(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(found => found.Name == attribute) is { } found ? [.. found.Ints] : [];
}
