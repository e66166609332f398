using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

/// <summary>EfficientNet-B0 (Tan and Le 2019), and Lite0: the same without squeeze-and-excite, with ReLU6 for SiLU.</summary>
static class EfficientNet
{
    static readonly (int Expansion, int Kernel, int Channels, int Units, int Stride)[] Stages =
        [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)];

    public static void B0(NetworkBuilder net) => Build(net, Silu, excite: true);

    public static void Lite0(NetworkBuilder net) => Build(net, Relu6, excite: false);

    static void Build(NetworkBuilder net, NonLinearity activation, bool excite)
    {
        var x = net.Conv(net.Input, 32, 3, activation, stride: 2);
        foreach (var (expansion, kernel, channels, units, stride) in Stages)
        {
            for (var unit = 0; unit < units; unit++)
            {
                x = new InvertedResidual(kernel, x.Channels * expansion, channels, unit == 0 ? stride : 1, activation)
                {
                    Squeezed = excite ? x.Channels / 4 : 0,
                    SqueezedActivation = activation,
                    Gate = Sigmoid,
                }.AddTo(net, x);
            }
        }
        net.Classify(net.EndScale(net.Conv(x, 1280, 1, activation)));
    }
}
