namespace FastCam.Lab.Generation;

/// <summary>VGG-16 (Simonyan and Zisserman 2014), configuration D, with and without batch norm.</summary>
static class Vgg
{
    static readonly (int Convolutions, int Channels)[] Stages = [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)];

    public static void Vgg16(NetworkBuilder net) => Build(net, Affine.Bias);

    public static void Vgg16WithBatchNorm(NetworkBuilder net) => Build(net, Affine.BatchNorm);

    static void Build(NetworkBuilder net, Affine affine)
    {
        var x = net.Input;
        foreach (var (convolutions, channels) in Stages)
        {
            for (var i = 0; i < convolutions; i++)
                x = net.Conv(x, channels, 3, NonLinearity.Relu, affine: affine);
            x = net.MaxPool(net.EndScale(x), 2, 2);
        }
        net.ClassifyFullyConnected(x);
    }
}
