using FastCam.Onnx.Graph;
using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

/// <summary>
/// A single-shot detector (Liu et al. 2015) on MobileNetV2: predictions from two of the backbone's scales and four extra ones. Its
/// outputs are <c>scores</c>, 1 × priors × 91 classes after a softmax, and <c>boxes</c>, 1 × priors × 4 offsets.
/// </summary>
static class Ssd
{
    const int Classes = 91;
    const int Coordinates = 4;
    const int FirstPriors = 3;
    const int Priors = 6;

    static readonly (int Reduced, int Channels)[] ExtraLayers = [(256, 512), (128, 256), (128, 256), (64, 128)];

    public static void Build(NetworkBuilder net)
    {
        var x = MobileNet.V2Features(net);
        List<FeatureMap> sources = [net.ScaleEnds[^2], x];
        foreach (var (reduced, channels) in ExtraLayers)
        {
            x = net.Conv(net.Conv(x, reduced, 1, Relu6), channels, 3, Relu6, stride: 2);
            sources.Add(x);
        }
        net.Output("scores", "Softmax", [Predict(net, sources, Classes)], OnnxAttribute.Create("axis", -1));
        net.Output("boxes", "Identity", [Predict(net, sources, Coordinates)]);
    }

    /// <summary>Adds predictions of batch × priors × values, the priors of all sources one after another.</summary>
    static string Predict(NetworkBuilder net, List<FeatureMap> sources, int values)
    {
        var rows = new List<string>();
        foreach (var (index, source) in sources.Index())
        {
            var prediction = net.Conv(source, (index == 0 ? FirstPriors : Priors) * values, 3, None, affine: Affine.Bias);
            rows.Add(net.Node("Reshape", [net.Nhwc(prediction), net.Integers(0, -1, values)]));
        }
        return net.Node("Concat", rows, OnnxAttribute.Create("axis", 1));
    }
}
