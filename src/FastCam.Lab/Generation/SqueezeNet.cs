namespace FastCam.Lab.Generation;

/// <summary>SqueezeNet 1.1 (Iandola et al. 2016): fire modules, which squeeze by 1×1 and expand by 1×1 beside 3×3.</summary>
static class SqueezeNet
{
    static readonly (int Squeezed, int Expanded)[][] Stages =
        [[(16, 64), (16, 64)], [(32, 128), (32, 128)], [(48, 192), (48, 192), (64, 256), (64, 256)]];

    public static void Build(NetworkBuilder net)
    {
        var x = net.EndScale(Conv(net, net.Input, 64, 3, stride: 2, padding: 0));
        foreach (var (stage, modules) in Stages.Index())
        {
            x = net.MaxPool(x, 3, 2, ceiling: true);
            foreach (var (squeezed, expanded) in modules)
                x = Fire(net, x, squeezed, expanded);
            if (stage < Stages.Length - 1)
                net.EndScale(x);
        }
        x = net.EndScale(Conv(net, x, Heads.Classes, 1));
        net.Output(Heads.Logits, "Flatten", [net.Nchw(net.GlobalAveragePool(x))]);
    }

    static FeatureMap Fire(NetworkBuilder net, FeatureMap x, int squeezed, int expanded)
    {
        x = Conv(net, x, squeezed, 1);
        return net.Concat(Conv(net, x, expanded, 1), Conv(net, x, expanded, 3));
    }

    static FeatureMap Conv(NetworkBuilder net, FeatureMap x, int channels, int kernel, int stride = 1, int? padding = null) =>
        net.Conv(x, channels, kernel, NonLinearity.Relu, stride, padding, affine: Affine.Bias);
}
