namespace FastCam.Lab.Generation;

/// <summary>GoogLeNet (Szegedy et al. 2014) as torchvision has it: with batch norm, 3×3 for 5×5, and without the auxiliary heads.</summary>
static class GoogLeNet
{
    /// <summary>Channels of an inception module's branches: 1×1; 3×3 after a reduction; the second 3×3 likewise; behind the pool.</summary>
    readonly record struct Inception(int One, int Reduce3, int Three, int Reduce5, int Five, int Pool);

    static readonly Inception[][] Stages =
    [
        [new(64, 96, 128, 16, 32, 32), new(128, 128, 192, 32, 96, 64)],
        [
            new(192, 96, 208, 16, 48, 64), new(160, 112, 224, 24, 64, 64), new(128, 128, 256, 24, 64, 64), new(112, 144, 288, 32, 64, 64),
            new(256, 160, 320, 32, 128, 128),
        ],
        [new(256, 160, 320, 32, 128, 128), new(384, 192, 384, 48, 128, 128)],
    ];

    public static void Build(NetworkBuilder net)
    {
        var x = net.EndScale(net.Conv(net.Input, 64, 7, NonLinearity.Relu, stride: 2));
        x = net.MaxPool(x, 3, 2, ceiling: true);
        x = net.Conv(x, 64, 1, NonLinearity.Relu);
        x = net.EndScale(net.Conv(x, 192, 3, NonLinearity.Relu));
        foreach (var (stage, modules) in Stages.Index())
        {
            x = net.MaxPool(x, stage < 2 ? 3 : 2, 2, ceiling: true);
            foreach (var module in modules)
                x = Module(net, x, module);
            net.EndScale(x);
        }
        net.Classify(x);
    }

    static FeatureMap Module(NetworkBuilder net, FeatureMap x, Inception channels)
    {
        FeatureMap Conv(FeatureMap from, int to, int kernel) => net.Conv(from, to, kernel, NonLinearity.Relu);
        return net.Concat(
            Conv(x, channels.One, 1),
            Conv(Conv(x, channels.Reduce3, 1), channels.Three, 3),
            Conv(Conv(x, channels.Reduce5, 1), channels.Five, 3),
            Conv(net.MaxPool(x, 3, 1, 1), channels.Pool, 1));
    }
}
