using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Operator;

/// <summary>The nodes that take a scale end's statistic within a model.</summary>
static class OperatorNode
{
    /// <summary>A statistic of a float32 N×C×H×W tensor.</summary>
    public const string Planar = "LayerStatistic";

    /// <summary>The same of a float32 tensor in blocks of channels.</summary>
    public const string InBlocks = "LayerStatisticBlocked";

    /// <summary>The same of a tensor of unsigned bytes.</summary>
    public const string OfBytes = "LayerStatisticUint8";

    /// <summary>The same of a tensor of signed bytes.</summary>
    public const string OfSignedBytes = "LayerStatisticInt8";

    /// <summary>The output under which a scale end's map is read.</summary>
    public static string OutputOf(ScaleEnd end) => $"{end.Name}/{OperatorDomain.Name}_map";

    /// <summary>The bytes that a scale end's map is taken of; null where it has none, or the statistic cannot be taken of such.</summary>
    public static QuantisedTensor? BytesOf(ScaleEnd end, Statistic statistic) =>
        end.Quantised is { } bytes && statistic is PartStatistic inParts && inParts.Supports(bytes.Quantisation) ? bytes : null;

    /// <summary>The nodes that take a scale end's map: of its bytes, or of the tensor as <see cref="ModelTapping.OutputOf"/> says that it lies.</summary>
    public static IEnumerable<NodeProto> For(ScaleEnd end, Statistic statistic) =>
        BytesOf(end, statistic) is { } bytes ? OnBytes(end, bytes, statistic) : [Node(end, Planar, ModelTapping.OutputOf(end), statistic)];

    /// <summary>The node that takes the same map from the blocked tensor.</summary>
    /// <param name="node">The node on the N×C×H×W tensor.</param>
    /// <param name="tensor">The blocked tensor.</param>
    /// <param name="channels">Its channels, those that only fill the last block up left out.</param>
    public static NodeProto Blocked(NodeProto node, string tensor, int channels) => new()
    {
        Domain = node.Domain,
        OpType = InBlocks,
        Name = node.Name,
        Input = { tensor },
        Output = { node.Output },
        Attribute = { node.Attribute, OnnxAttribute.Create("channels", channels), OnnxAttribute.Create("block", BlockedLayout.ChannelsInBlock) },
    };

    /// <summary>
    /// A convolution of bytes leaves channels last, whatever the file says, and ONNX Runtime puts a transposition behind it for those who want
    /// them first; another, back, undoes it, and it takes out both.
    /// </summary>
    static IEnumerable<NodeProto> OnBytes(ScaleEnd end, QuantisedTensor bytes, Statistic statistic)
    {
        var channelsLast = end.Layout == Layout.Nhwc || bytes.IsMadeByConvolution;
        var isTransposed = channelsLast && end.Layout == Layout.Nchw;
        var transposed = $"{end.Name}/{OperatorDomain.Name}_nhwc";
        if (isTransposed)
        {
            yield return new NodeProto
            {
                OpType = "Transpose",
                Input = { bytes.Name },
                Output = { transposed },
                Attribute = { OnnxAttribute.Create("perm", 0, 2, 3, 1) },
            };
        }
        var node = Node(end, bytes.Quantisation.IsSigned ? OfSignedBytes : OfBytes, isTransposed ? transposed : bytes.Name, statistic);
        node.Attribute.Add(
        [
            OnnxAttribute.Create("scale", bytes.Quantisation.Scale),
            OnnxAttribute.Create("zero_point", bytes.Quantisation.ZeroPoint),
            OnnxAttribute.Create("channels_last", channelsLast ? 1 : 0),
        ]);
        yield return node;
    }

    static NodeProto Node(ScaleEnd end, string type, string input, Statistic statistic) => new()
    {
        Domain = OperatorDomain.Name,
        OpType = type,
        Name = OutputOf(end),
        Input = { input },
        Output = { OutputOf(end) },
        Attribute =
        {
            OnnxAttribute.Create("statistic", statistic.Name),
            OnnxAttribute.Create("epsilon", statistic.Epsilon),
            OnnxAttribute.Create("biased", statistic.IsBiased ? 1 : 0),
        },
    };
}
