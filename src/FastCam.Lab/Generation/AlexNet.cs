namespace FastCam.Lab.Generation;

/// <summary>AlexNet (Krizhevsky 2014, "one weird trick") as torchvision has it.</summary>
static class AlexNet
{
    public const int SmallestInput = 63;

    static readonly (int Channels, int Kernel, int Stride, int Padding, bool EndsScale)[] Convolutions =
        [(64, 11, 4, 2, true), (192, 5, 1, 2, true), (384, 3, 1, 1, false), (256, 3, 1, 1, false), (256, 3, 1, 1, true)];

    public static void Build(NetworkBuilder net)
    {
        var x = net.Input;
        foreach (var (channels, kernel, stride, padding, endsScale) in Convolutions)
        {
            x = net.Conv(x, channels, kernel, NonLinearity.Relu, stride, padding, affine: Affine.Bias);
            if (endsScale)
                x = net.MaxPool(net.EndScale(x), 3, 2);
        }
        net.ClassifyFullyConnected(x);
    }
}
