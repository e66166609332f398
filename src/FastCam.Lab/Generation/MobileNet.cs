using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

/// <summary>MobileNetV2 (Sandler et al. 2018) and MobileNetV3-Small (Howard et al. 2019) as torchvision has them.</summary>
static class MobileNet
{
    static readonly (int Expansion, int Channels, int Units, int Stride)[] V2Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    static readonly InvertedResidual[] V3Units =
    [
        Excited(new(3, 16, 16, 2, Relu), 8),
        new(3, 72, 24, 2, Relu),
        new(3, 88, 24, 1, Relu),
        Excited(new(5, 96, 40, 2, HardSwish), 24),
        Excited(new(5, 240, 40, 1, HardSwish), 64),
        Excited(new(5, 240, 40, 1, HardSwish), 64),
        Excited(new(5, 120, 48, 1, HardSwish), 32),
        Excited(new(5, 144, 48, 1, HardSwish), 40),
        Excited(new(5, 288, 96, 2, HardSwish), 72),
        Excited(new(5, 576, 96, 1, HardSwish), 144),
        Excited(new(5, 576, 96, 1, HardSwish), 144),
    ];

    public static void V2(NetworkBuilder net) => net.Classify(V2Features(net));

    /// <summary>MobileNetV2 up to its last 1×1 convolution, which ends its last scale.</summary>
    public static FeatureMap V2Features(NetworkBuilder net)
    {
        var x = net.Conv(net.Input, 32, 3, Relu6, stride: 2);
        foreach (var (expansion, channels, units, stride) in V2Stages)
        {
            for (var unit = 0; unit < units; unit++)
                x = new InvertedResidual(3, x.Channels * expansion, channels, unit == 0 ? stride : 1, Relu6).AddTo(net, x);
        }
        return net.EndScale(net.Conv(x, 1280, 1, Relu6));
    }

    public static void V3Small(NetworkBuilder net)
    {
        var x = net.Conv(net.Input, 16, 3, HardSwish, stride: 2);
        foreach (var unit in V3Units)
            x = unit.AddTo(net, x);
        x = net.EndScale(net.Conv(x, 576, 1, HardSwish));
        net.Score(net.Linear(net.GlobalAveragePool(x), 1024, HardSwish));
    }

    static InvertedResidual Excited(InvertedResidual unit, int squeezed) =>
        unit with { Squeezed = squeezed, SqueezedActivation = Relu, Gate = HardSigmoid };
}

/// <summary>
/// The unit of the MobileNets and EfficientNets (Sandler et al. 2018): it expands by 1×1, filters depthwise, and projects by 1×1 without an
/// activation.
/// </summary>
/// <param name="Kernel">The rows and columns of the depthwise convolution.</param>
/// <param name="Expanded">The channels inside; where they are as many as come in, there is no expansion.</param>
/// <param name="Channels">The output channels.</param>
/// <param name="Stride">The depthwise convolution's step.</param>
/// <param name="Activation">The activation inside.</param>
readonly record struct InvertedResidual(int Kernel, int Expanded, int Channels, int Stride, NonLinearity Activation)
{
    const double BranchScale = 0.5;

    /// <summary>The channels of the squeeze-and-excite between filter and projection; 0 for none.</summary>
    public int Squeezed { get; init; }

    /// <summary>The activation between the two layers of the squeeze-and-excite.</summary>
    public NonLinearity SqueezedActivation { get; init; }

    /// <summary>The function that bounds the result of the squeeze-and-excite to 0..1.</summary>
    public NonLinearity Gate { get; init; }

    /// <summary>Adds the unit. With a stride, it ends its input's scale at the last activation before the strided filter.</summary>
    public FeatureMap AddTo(NetworkBuilder net, FeatureMap input)
    {
        var x = Expanded == input.Channels ? input : net.Conv(input, Expanded, 1, Activation);
        if (Stride > 1)
            net.EndScale(x);
        x = net.Conv(x, Expanded, Kernel, Activation, Stride, groups: Expanded);
        if (Squeezed > 0)
            x = net.Multiply(x, Excitation(net, x));
        var residual = Stride == 1 && Channels == input.Channels;
        x = net.Conv(x, Channels, 1, NonLinearity.None, scale: residual ? BranchScale : 1);
        return residual ? net.Add(x, input) : x;
    }

    FeatureMap Excitation(NetworkBuilder net, FeatureMap x)
    {
        var squeezed = net.Conv(net.GlobalAveragePool(x), Squeezed, 1, SqueezedActivation, affine: Affine.Bias);
        return net.Conv(squeezed, x.Channels, 1, Gate, affine: Affine.Bias);
    }
}
