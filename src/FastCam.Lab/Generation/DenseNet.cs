namespace FastCam.Lab.Generation;

/// <summary>DenseNet-121 (Huang et al. 2016): each layer reads all before it in its block, through a batch norm of its own.</summary>
static class DenseNet
{
    const int Growth = 32;
    const int Bottleneck = 4 * Growth;

    static readonly int[] Blocks = [6, 12, 24, 16];

    public static void Build(NetworkBuilder net)
    {
        var x = net.EndScale(net.Conv(net.Input, 64, 7, NonLinearity.Relu, stride: 2));
        x = net.MaxPool(x, 3, 2, 1);
        foreach (var (block, layers) in Blocks.Index())
        {
            for (var layer = 0; layer < layers; layer++)
                x = net.Concat(x, Layer(net, x));
            x = net.EndScale(net.NormThen(x, NonLinearity.Relu));
            if (block < Blocks.Length - 1)
                x = Transition(net, x);
        }
        net.Classify(x);
    }

    static FeatureMap Layer(NetworkBuilder net, FeatureMap x)
    {
        x = net.Conv(net.NormThen(x, NonLinearity.Relu), Bottleneck, 1, NonLinearity.Relu);
        return net.Conv(x, Growth, 3, NonLinearity.None, affine: Affine.None);
    }

    static FeatureMap Transition(NetworkBuilder net, FeatureMap x) =>
        net.AveragePool(net.Conv(x, x.Channels / 2, 1, NonLinearity.None, affine: Affine.None), 2, 2);
}
