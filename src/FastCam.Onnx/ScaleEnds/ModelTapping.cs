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
    public static byte[] AppendTaps(byte[] file, IReadOnlyList<ScaleEnd> taps, IReadOnlyList<string> outputs) =>
        Append(file, taps.SelectMany(Conversions), taps.Select(OutputOf).Except(outputs));

    /// <summary>
    /// The file's bytes with the maps of its taps, and other tensors, as outputs. The deepest tap's node comes first: ONNX Runtime walks back from the last
    /// end of a graph first, so that each then runs right after the tensor that it reads was made, while that is in the cache.
    /// </summary>
    public static byte[] AppendOperators(
        byte[] file, IReadOnlyList<ScaleEnd> taps, ExplanationOptions options, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs)
    {
        var appended = Append(
            file, [.. taps.Where(tap => OperatorNode.BytesOf(tap, options) is null)
                .UnionBy(exports, tap => tap.Name)
                .SelectMany(Conversions), .. taps.Reverse()
                .SelectMany(tap => OperatorNode.For(tap, options))],
            [.. taps.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)]);
        var domain = new MemoryStream();
        WriteField(domain, ModelOperatorSetTag, new OperatorSetIdProto { Domain = OperatorDomain.Name, Version = 1 }.ToByteArray());
        return [.. appended, .. domain.ToArray()];
    }

    /// <summary>The same by ONNX's own operators.</summary>
    public static byte[] AppendStandardNodes(
        byte[] file, IReadOnlyList<ScaleEnd> taps, ExplanationOptions options, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs)
    {
        var operatorSet = OperatorSet.VersionOf(file);
        return Append(
            file, [.. exports.SelectMany(Conversions), .. taps.Reverse().SelectMany(tap => StandardNodes.For(tap, options, operatorSet))],
            [.. taps.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)]);
    }

    /// <summary>The output under which a tap is read: the tensor itself, or what it is converted to.</summary>
    public static string OutputOf(ScaleEnd tap) => tap.Layout == Layout.Nhwc ? $"{tap.Name}/fastcam_nchw" : tap.IsHalf ? Widened(tap) : tap.Name;

    static string Widened(ScaleEnd tap) => $"{tap.Name}/fastcam_float";

    static IEnumerable<NodeProto> Conversions(ScaleEnd tap)
    {
        if (tap.IsHalf)
        {
            yield return new NodeProto
            {
                OpType = "Cast",
                Input = { tap.Name },
                Output = { Widened(tap) },
                Attribute = { new AttributeProto { Name = "to", I = Float, Type = 2 } }
            };
        }
        if (tap.Layout == Layout.Nhwc)
        {
            yield return new NodeProto
            {
                OpType = "Transpose",
                Input = { tap.IsHalf ? Widened(tap) : tap.Name },
                Output = { OutputOf(tap) },
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
