using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.ScaleEnds;

namespace FastCam.Onnx.Costs;

/// <summary>A network's own work for one image, in multiply-adds: what papers since He et al. (2015) call FLOPs.</summary>
/// <param name="Operators">By kind of operator, the costliest first.</param>
/// <param name="Uncounted">Nodes that multiply, or may, but by a rule or of a size not known here: the total leaves them out. By kind,
/// with their number.</param>
public sealed record NetworkCost(IReadOnlyList<OperatorCost> Operators, IReadOnlyList<(string Operator, int Nodes)> Uncounted)
{
    /// <summary>All of them.</summary>
    public long MultiplyAdds => Operators.Sum(kind => kind.MultiplyAdds);
}

/// <summary>What the nodes of one kind do.</summary>
/// <param name="Operator">The ONNX operator.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="MultiplyAdds">Their multiply-adds for one image.</param>
public sealed record OperatorCost(string Operator, int Nodes, long MultiplyAdds);

/// <summary>
/// Counts a network's multiply-adds from its graph and its tensors' shapes: of convolutions and matrix products, in which nearly all
/// of the work lies. Activations, pools and sums are left out, as papers leave them out.
/// </summary>
sealed class OperationCounter
{
    /// <summary>More than any network does: sizes that lead there are made up.</summary>
    const double Most = 1L << 50;

    static readonly HashSet<string> Unknown =
    [
        "LSTM", "GRU", "RNN", "DynamicQuantizeLSTM", "Einsum", "DeformConv", "If", "Loop", "Scan",
        "Attention", "MultiHeadAttention", "GroupQueryAttention", "QAttention", "MatMulNBits", "FusedMatMul", "QGemm", "NhwcFusedConv",
    ];

    readonly OnnxGraph _graph;
    readonly Dictionary<string, long[]> _shapes;

    OperationCounter(OnnxGraph graph, TensorShapes shapes)
    {
        _graph = graph;
        _shapes = shapes.Shapes.ToDictionary(shape => shape.Key, shape => shape.Value.Select(size => (long)size).ToArray());
        foreach (var weights in graph.Initializers)
            _shapes[weights.Name] = [.. weights.Dims];
    }

    /// <summary>The network's cost, for one image.</summary>
    public static NetworkCost Count(OnnxGraph graph, TensorShapes shapes) => new OperationCounter(graph, shapes).Count();

    NetworkCost Count()
    {
        var nodes = _graph.Nodes.Select(node => (node.OpType, Product: Product(node))).Where(node => node.Product is not 0).ToList();
        return new NetworkCost(
            [.. nodes.Where(node => node.Product > 0)
                .GroupBy(node => node.OpType)
                .Select(kind => new OperatorCost(kind.Key, kind.Count(), kind.Sum(node => node.Product!.Value)))
                .OrderByDescending(kind => kind.MultiplyAdds)],
            [.. nodes.Where(node => node.Product is null).GroupBy(node => node.OpType).Select(kind => (kind.Key, kind.Count()))]);
    }

    /// <summary>A node's multiply-adds: 0 where it does none, null where they cannot be told.</summary>
    long? Product(NodeProto node) => node.OpType switch
    {
        "Conv" or "FusedConv" or "ConvInteger" => Convolution(node, weights: 1),
        "QLinearConv" => Convolution(node, weights: 3),
        "ConvTranspose" => Transposed(node),
        "Gemm" or "FusedGemm" => Matrix(node, 0, IsSet(node, "transA") ? 0 : 1),
        "MatMul" or "MatMulInteger" or "QLinearMatMul" => Matrix(node, 0, -1),
        var other => Unknown.Contains(other) ? null : 0,
    };

    /// <summary>Each value of the output is a sum over one filter: a weight tensor is output channels × what a filter holds.</summary>
    long? Convolution(NodeProto node, int weights) => Spread(node.Output[0], node.Input[weights]);

    /// <summary>Each value of the input is spread by one filter: there the weight tensor begins with the input channels.</summary>
    long? Transposed(NodeProto node) => Spread(node.Input[0], node.Input[1]);

    long? Spread(string tensor, string weights) => Shape(weights) is [_, .. var filter] ? Elements(filter, Shape(tensor)) : null;

    /// <summary>Each value of the output is a sum over the dimension that the two matrices share.</summary>
    long? Matrix(NodeProto node, int left, int shared) =>
        Shape(node.Input[left]) is { Length: > 0 } matrix && matrix.Length > shared
            ? Elements([shared < 0 ? matrix[^1] : matrix[shared]], Shape(node.Output[0]))
            : null;

    static bool IsSet(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name)?.I is 1;

    /// <summary>A tensor's sizes, for one image where the number of images is open; null where they are not known.</summary>
    long[]? Shape(string tensor)
    {
        if (!_shapes.TryGetValue(tensor, out var shape))
            return null;
        long[] one = shape is [<= 0, ..] ? [1, .. shape[1..]] : shape;
        return Array.TrueForAll(one, size => size > 0) ? one : null;
    }

    /// <summary>The product of all sizes; null where any is not known, or where it is beyond belief.</summary>
    static long? Elements(long[] sizes, long[]? moreSizes)
    {
        if (moreSizes is null)
            return null;
        var product = sizes.Concat(moreSizes).Aggregate(1.0, (product, size) => product * size); // Exact below 2^53.
        return product <= Most ? (long)product : null;
    }
}
