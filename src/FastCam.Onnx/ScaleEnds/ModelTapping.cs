using System.Text;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Operator;
using Google.Protobuf;

namespace FastCam.Onnx.ScaleEnds;

/// <summary>
/// Adds outputs to a model without parsing it: protobuf merges a second <c>graph</c> field into the first and appends its
/// repeated fields, so a node or an output more is a few bytes at the end of the file. The file itself is never changed.
/// </summary>
static class ModelTapping
{
    const byte ModelGraphTag = 7 << 3 | 2;
    const byte ModelOperatorSetTag = 8 << 3 | 2;
    const byte GraphNodeTag = 1 << 3 | 2;
    const byte GraphOutputTag = 12 << 3 | 2;
    const byte ValueInfoNameTag = 1 << 3 | 2;
    const int Float = 1;

    /// <summary>The file's bytes with more outputs, those that it has already left as they are.</summary>
    public static byte[] AppendOutputs(byte[] file, IEnumerable<string> tensors) => Append(file, [], tensors);

    /// <summary>The file's bytes with its taps as float32 NCHW outputs; <see cref="OutputOf"/> names them.</summary>
    public static byte[] AppendTaps(byte[] file, IReadOnlyList<ScaleEnd> ends, IReadOnlyList<string> outputs) =>
        Append(file, ends.SelectMany(Conversions), ends.Select(OutputOf).Except(outputs));

    /// <summary>
    /// The file's bytes with the maps of its scale ends, and other tensors, as outputs. The deepest scale end's node comes first: ONNX
    /// Runtime walks back from the last end of a graph first, so that each then runs right after the tensor that it reads was made,
    /// while that is in the cache.
    /// </summary>
    public static byte[] AppendOperators(
        byte[] file, IReadOnlyList<ScaleEnd> ends, ExplanationOptions options, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs)
    {
        var appended = Append(
            file, [.. ends.Where(end => OperatorNode.BytesOf(end, options) is null)
                .UnionBy(exports, end => end.Name)
                .SelectMany(Conversions), .. ends.Reverse()
                .SelectMany(end => OperatorNode.For(end, options))],
            [.. ends.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)]);
        var domain = new MemoryStream();
        WriteField(domain, ModelOperatorSetTag, new OperatorSetIdProto { Domain = OperatorDomain.Name, Version = 1 }.ToByteArray());
        return [.. appended, .. domain.ToArray()];
    }

    /// <summary>The same by ONNX's own operators.</summary>
    public static byte[] AppendStandardNodes(
        byte[] file, IReadOnlyList<ScaleEnd> ends, ExplanationOptions options, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs)
    {
        var operatorSet = OperatorSet.VersionOf(file);
        return Append(
            file, [.. exports.SelectMany(Conversions), .. ends.Reverse().SelectMany(end => StandardNodes.For(end, options, operatorSet))],
            [.. ends.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)]);
    }

    /// <summary>The output under which a scale end is read: the tensor itself, or what it is converted to.</summary>
    public static string OutputOf(ScaleEnd end) => end.Layout == Layout.Nhwc ? $"{end.Name}/fastcam_nchw" : end.IsHalf ? Widened(end) : end.Name;

    static string Widened(ScaleEnd end) => $"{end.Name}/fastcam_float";

    static IEnumerable<NodeProto> Conversions(ScaleEnd end)
    {
        if (end.IsHalf)
        {
            yield return new NodeProto
            {
                OpType = "Cast",
                Input = { end.Name },
                Output = { Widened(end) },
                Attribute = { new AttributeProto { Name = "to", I = Float, Type = 2 } }
            };
        }
        if (end.Layout == Layout.Nhwc)
        {
            yield return new NodeProto
            {
                OpType = "Transpose",
                Input = { end.IsHalf ? Widened(end) : end.Name },
                Output = { OutputOf(end) },
                Attribute = { new AttributeProto { Name = "perm", Ints = { 0, 3, 1, 2 }, Type = 7 } }
            };
        }
    }

    static byte[] Append(byte[] file, IEnumerable<NodeProto> nodes, IEnumerable<string> outputs)
    {
        var graph = new MemoryStream();
        foreach (var node in nodes)
            WriteField(graph, GraphNodeTag, node.ToByteArray());
        foreach (var output in outputs)
        {
            var value = new MemoryStream();
            WriteField(value, ValueInfoNameTag, Encoding.UTF8.GetBytes(output));
            WriteField(graph, GraphOutputTag, value.ToArray());
        }
        if (graph.Length == 0)
            return file;
        var tail = new MemoryStream();
        WriteField(tail, ModelGraphTag, graph.ToArray());
        return [.. file, .. tail.ToArray()];
    }

    static void WriteField(MemoryStream target, byte tag, byte[] content)
    {
        target.WriteByte(tag);
        var length = (uint)content.Length;
        for (; length >= 0x80; length >>= 7)
            target.WriteByte((byte)(length | 0x80));
        target.WriteByte((byte)length);
        target.Write(content);
    }
}
