namespace FastCam.Onnx.Generation;

/// <summary>Units of one kind in a network of inverted residuals.</summary>
/// <param name="Kernel">Rows and columns of the depthwise convolution.</param>
/// <param name="Expanded">Channels inside, for each input channel.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Units">How many.</param>
/// <param name="Stride">The first one's step.</param>
readonly record struct InvertedResidualStage(int Kernel, double Expanded, int Channels, int Units, int Stride);

/// <summary>
/// The networks made of inverted residuals, as torchvision has them: expand by 1×1, filter depthwise, project by 1×1 without an
/// activation. MobileNetV2 (Sandler et al. 2018), EfficientNet-B0 (Tan and Le 2019) and EfficientNet-Lite0.
/// </summary>
static class InvertedResidualNetwork
{
    const double BranchScale = 0.5;

    static readonly InvertedResidualStage[] MobileNetStages =
        [new(3, 1, 16, 1, 1), new(3, 6, 24, 2, 2), new(3, 6, 32, 3, 2), new(3, 6, 64, 4, 2), new(3, 6, 96, 3, 1), new(3, 6, 160, 3, 2), new(3, 6, 320, 1, 1)];

    public static void MobileNetV2(NetworkBuilder net) => net.Classify(MobileNetV2Features(net));

    /// <summary>The network up to its last 1×1 convolution.</summary>
    public static FeatureMap MobileNetV2Features(NetworkBuilder net)
    {
        var x = net.Conv(net.Input, 32, 3, NonLinearity.Relu6, stride: 2);
        foreach (var stage in MobileNetStages)
            for (var unit = 0; unit < stage.Units; unit++)
                x = Unit(net, x, stage.Kernel, (int)(x.Channels * stage.Expanded), stage.Channels, unit == 0 ? stage.Stride : 1, NonLinearity.Relu6, null);
        return net.EndScale(net.Conv(x, 1280, 1, NonLinearity.Relu6));
    }

    /// <summary>One inverted residual; with a stride it ends its input's scale at the last activation before the strided filter.</summary>
    public static FeatureMap Unit(NetworkBuilder net, FeatureMap x, int kernel, int expanded, int channels, int stride, NonLinearity activation, Func<FeatureMap, FeatureMap>? excite)
    {
        var inside = expanded == x.Channels ? x : net.Conv(x, expanded, 1, activation);
        if (stride > 1) net.EndScale(inside);
        inside = net.Conv(inside, expanded, kernel, activation, stride, groups: expanded);
        if (excite is not null) inside = excite(inside);
        var residual = stride == 1 && channels == x.Channels;
        var projected = net.Conv(inside, channels, 1, NonLinearity.None, scale: residual ? BranchScale : 1);
        return residual ? net.Add(projected, x) : projected;
    }
}
