using FastCam.Onnx.Graph.Proto;

namespace FastCam.Onnx.ClassMaps;

/// <summary>A layer whose outputs are weighted sums of its inputs, as exporters write it. Its bias is of no account: the gradient does not have it.</summary>
/// <param name="Input">The tensor that is weighted.</param>
/// <param name="Weights">The constant that weights it.</param>
/// <param name="ByClass">Whether the weights lie class by class; otherwise channel by channel.</param>
/// <param name="Factor">What the weights are multiplied by.</param>
sealed record LinearLayer(string Input, string Weights, bool ByClass, double Factor)
{
    /// <summary>The layer that a node is; null where it is none, or its weights are no constants.</summary>
    public static LinearLayer? Of(NodeProto node, ConstantTensors constants)
    {
        if (node.OpType is not ("Gemm" or "MatMul" or "Conv") || !constants.IsConstant(node.Input[1])) return null;
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
        if (shape.Length < 2 || shape.Where((size, axis) => axis != axes && axis != axes + 1).Any(size => size != 1)) return null;
        var (rows, columns) = (shape[axes], shape[axes + 1]);
        if ((ByClass ? columns : rows) != channels || values.Length == 0) return null;
        var classes = values.Length / channels;
        var gradients = new float[values.Length];
        for (var @class = 0; @class < classes; @class++)
            for (var channel = 0; channel < channels; channel++)
                gradients[@class * channels + channel] = (float)(factor * values[ByClass ? @class * channels + channel : channel * classes + @class]);
        return gradients;
    }

    static AttributeProto? Attribute(NodeProto node, string name) => node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
