using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Operator;

/// <summary>A model with its scale ends, or their maps, as outputs.</summary>
static class ModelTapping
{
    const int Float = 1;

    /// <summary>The file's bytes with its taps as float32 NCHW outputs; <see cref="OutputOf"/> names them.</summary>
    public static byte[] AppendTaps(byte[] file, IReadOnlyList<ScaleEnd> ends, IReadOnlyList<string> outputs) =>
        ModelAppender.Append(file, ends.SelectMany(Conversions), ends.Select(OutputOf).Except(outputs));

    /// <summary>
    /// The file's bytes with the maps of its scale ends, and other tensors, as outputs. The deepest scale end's node comes first: ONNX
    /// Runtime walks back from the last end of a graph first, so that each then runs right after the tensor that it reads was made,
    /// while that is in the cache.
    /// </summary>
    public static byte[] AppendOperators(
        byte[] file, IReadOnlyList<ScaleEnd> ends, Statistic statistic, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs) => ModelAppender.Append(
            file,
            [
                .. ends.Where(end => OperatorNode.BytesOf(end, statistic) is null).UnionBy(exports, end => end.Name).SelectMany(Conversions),
                .. ends.Reverse().SelectMany(end => OperatorNode.For(end, statistic)),
            ],
            [.. ends.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)],
            OperatorDomain.Name);

    /// <summary>The same by ONNX's own operators.</summary>
    public static byte[] AppendStandardNodes(
        byte[] file, IReadOnlyList<ScaleEnd> ends, Statistic statistic, IReadOnlyList<ScaleEnd> exports, IReadOnlyList<string> outputs)
    {
        var operatorSet = OperatorSet.VersionOf(file);
        return ModelAppender.Append(
            file, [.. exports.SelectMany(Conversions), .. ends.Reverse().SelectMany(end => StandardNodes.For(end, statistic, operatorSet))],
            [.. ends.Select(OperatorNode.OutputOf), .. exports.Select(OutputOf).Except(outputs)]);
    }

    /// <summary>The output under which a scale end is read: the tensor itself, or what it is converted to.</summary>
    public static string OutputOf(ScaleEnd end) => end.Layout == Layout.Nhwc ? $"{end.Name}/fastcam_nchw" : end.IsHalf ? Widened(end) : end.Name;

    static string Widened(ScaleEnd end) => $"{end.Name}/fastcam_float";

    static IEnumerable<NodeProto> Conversions(ScaleEnd end)
    {
        if (end.IsHalf)
            yield return new NodeProto { OpType = "Cast", Input = { end.Name }, Output = { Widened(end) }, Attribute = { OnnxAttribute.Create("to", Float) } };
        if (end.Layout == Layout.Nhwc)
        {
            yield return new NodeProto
            {
                OpType = "Transpose",
                Input = { end.IsHalf ? Widened(end) : end.Name },
                Output = { OutputOf(end) },
                Attribute = { OnnxAttribute.Create("perm", 0, 3, 1, 2) },
            };
        }
    }
}
