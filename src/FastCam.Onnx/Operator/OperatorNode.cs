using FastCam.Onnx.Generation;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Taps;
using FastCam.Saliency;

namespace FastCam.Onnx.Operator;

/// <summary>The nodes that take a tap's statistic within a model, and the kernels that they stand for.</summary>
static class OperatorNode
{
    /// <summary>SMOE Scale of a float32 N×C×H×W tensor.</summary>
    public const string Planar = "SmoeScale";

    /// <summary>The same of a float32 tensor in blocks of channels.</summary>
    public const string InBlocks = "SmoeScaleBlocked";

    /// <summary>The output under which a tap's map is read.</summary>
    public static string OutputOf(Tap tap) => $"{tap.Name}/{OperatorDomain.Name}_map";

    /// <summary>The node for a tap that lies as <see cref="ModelTapping.OutputOf"/> says.</summary>
    public static NodeProto For(Tap tap, float epsilon) => new()
    {
        Domain = OperatorDomain.Name,
        OpType = Planar,
        Name = OutputOf(tap),
        Input = { ModelTapping.OutputOf(tap) },
        Output = { OutputOf(tap) },
        Attribute = { OnnxAttribute.Of("epsilon", epsilon) },
    };

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
        Attribute = { node.Attribute, OnnxAttribute.Of("channels", channels), OnnxAttribute.Of("block", BlockedLayout.ChannelsInBlock) },
    };

    public static OperatorKernel CreatePlanar(OperatorAttributes attributes) => new PlanarSmoe(attributes.Float("epsilon\0"u8));

    public static OperatorKernel CreateBlocked(OperatorAttributes attributes) =>
        new BlockedSmoe(attributes.Integer("channels\0"u8), attributes.Integer("block\0"u8), attributes.Float("epsilon\0"u8));
}
