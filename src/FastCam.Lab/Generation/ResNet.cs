namespace FastCam.Lab.Generation;

/// <summary>ResNet (He et al. 2015) as torchvision has it: version 1.5, with the stride on a bottleneck's 3×3 convolution.</summary>
static class ResNet
{
    const double BranchScale = 0.5;

    static readonly int[] Widths = [64, 128, 256, 512];

    public static void ResNet18(NetworkBuilder net) => Build(net, [2, 2, 2, 2], Basic, 1);

    public static void ResNet50(NetworkBuilder net) => Build(net, [3, 4, 6, 3], Bottleneck, 4);

    static void Build(NetworkBuilder net, int[] blocks, Func<NetworkBuilder, FeatureMap, int, int, FeatureMap> branch, int expansion)
    {
        var x = net.EndScale(net.Conv(net.Input, 64, 7, NonLinearity.Relu, stride: 2));
        x = net.MaxPool(x, 3, 2, 1);
        foreach (var (stage, width) in Widths.Index())
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                var shortcut = block > 0 || x.Channels == width * expansion
                    ? x
                    : net.Conv(x, width * expansion, 1, NonLinearity.None, stride);
                x = net.Activate(net.Add(branch(net, x, width, stride), shortcut), NonLinearity.Relu);
            }
            net.EndScale(x);
        }
        net.Classify(x);
    }

    static FeatureMap Basic(NetworkBuilder net, FeatureMap x, int width, int stride)
    {
        x = net.Conv(x, width, 3, NonLinearity.Relu, stride);
        return net.Conv(x, width, 3, NonLinearity.None, scale: BranchScale);
    }

    static FeatureMap Bottleneck(NetworkBuilder net, FeatureMap x, int width, int stride)
    {
        x = net.Conv(x, width, 1, NonLinearity.Relu);
        x = net.Conv(x, width, 3, NonLinearity.Relu, stride);
        return net.Conv(x, width * 4, 1, NonLinearity.None, scale: BranchScale);
    }
}
