using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Taps;
using FastCam.Saliency;

namespace FastCam.Onnx.Operator;

/// <summary>The nodes that take a tap's statistic within a model, and the kernels that they stand for.</summary>
static class OperatorNode
{
    /// <summary>SMOE Scale of a float32 N×C×H×W tensor.</summary>
    public const string Planar = "SmoeScale";

    const int FloatAttribute = 1;

    /// <summary>The output under which a tap's map is read.</summary>
    public static string OutputOf(Tap tap) => $"{tap.Name}/{OperatorDomain.Name}_map";

    /// <summary>The node for a tap that lies as <see cref="ModelTapping.OutputOf"/> says.</summary>
    public static NodeProto For(Tap tap) => new()
    {
        Domain = OperatorDomain.Name,
        OpType = Planar,
        Name = OutputOf(tap),
        Input = { ModelTapping.OutputOf(tap) },
        Output = { OutputOf(tap) },
        Attribute = { new AttributeProto { Name = "epsilon", F = SmoeScale.DefaultEpsilon, Type = FloatAttribute } },
    };

    public static OperatorKernel CreatePlanar(OperatorAttributes attributes) => new PlanarSmoe(attributes.Float("epsilon\0"u8));
}
