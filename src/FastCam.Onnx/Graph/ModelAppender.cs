using FastCam.Onnx.Graph.Proto;
using Google.Protobuf;

namespace FastCam.Onnx.Graph;

/// <summary>
/// Adds to a model without parsing it: protobuf merges a second <c>graph</c> field into the first and appends its repeated fields, so a
/// node or an output more is a few bytes at the end of the file. The file itself is never changed.
/// </summary>
static class ModelAppender
{
    /// <summary>The file's bytes with more nodes and outputs.</summary>
    /// <param name="file">The model.</param>
    /// <param name="nodes">The nodes, in the order in which they are to lie.</param>
    /// <param name="outputs">Tensors that are no outputs yet.</param>
    /// <param name="domain">The domain of operators among the nodes that are not ONNX's own; null for none.</param>
    public static byte[] Append(byte[] file, IEnumerable<NodeProto> nodes, IEnumerable<string> outputs, string? domain = null)
    {
        var graph = new MemoryStream();
        foreach (var node in nodes)
            OnnxWriter.WriteField(graph, OnnxField.GraphNode, node.ToByteArray());
        foreach (var output in outputs)
            OnnxWriter.WriteField(graph, OnnxField.GraphOutput, new ValueInfoProto { Name = output }.ToByteArray());
        if (graph.Length == 0 && domain is null)
            return file;
        var tail = new MemoryStream();
        if (graph.Length > 0)
            OnnxWriter.WriteField(tail, OnnxField.ModelGraph, graph.ToArray());
        if (domain is not null)
            OnnxWriter.WriteField(tail, OnnxField.ModelOperatorSet, new OperatorSetIdProto { Domain = domain, Version = 1 }.ToByteArray());
        return [.. file, .. tail.ToArray()];
    }
}
