using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

/// <summary>A detector in the manner of YOLOv8n: a backbone of C2f modules, SPPF, a path up and one down, and three scales of predictions.</summary>
static class Yolo
{
    /// <summary>Where predictions are made, in input pixels a cell; the input is a multiple of the last.</summary>
    public static readonly int[] Strides = [8, 16, 32];

    static readonly (int Channels, int Bottlenecks)[] Stages = [(32, 1), (64, 2), (128, 2), (256, 1)];

    public static void Build(NetworkBuilder net)
    {
        var x = net.EndScale(Conv(net, net.Input, 16, 3, stride: 2));
        var scales = new List<FeatureMap>();
        foreach (var (channels, bottlenecks) in Stages)
        {
            x = C2f(net, Conv(net, x, channels, 3, stride: 2), channels, bottlenecks, shortcut: true);
            if (channels == Stages[^1].Channels) x = PyramidPool(net, x);
            scales.Add(net.EndScale(x));
        }
        YoloHead.AddTo(net, Neck(net, scales[1], scales[2], scales[3]));
    }

    static FeatureMap[] Neck(NetworkBuilder net, FeatureMap fine, FeatureMap middle, FeatureMap coarse)
    {
        middle = C2f(net, net.Concat(net.Upsample(coarse), middle), 128, 1, shortcut: false);
        fine = C2f(net, net.Concat(net.Upsample(middle), fine), 64, 1, shortcut: false);
        middle = C2f(net, net.Concat(Conv(net, fine, 64, 3, stride: 2), middle), 128, 1, shortcut: false);
        coarse = C2f(net, net.Concat(Conv(net, middle, 128, 3, stride: 2), coarse), 256, 1, shortcut: false);
        return [fine, middle, coarse];
    }

    /// <summary>Half of the channels pass a chain of bottlenecks; every link of the chain is kept and joined.</summary>
    static FeatureMap C2f(NetworkBuilder net, FeatureMap x, int channels, int bottlenecks, bool shortcut)
    {
        var (kept, last) = net.Split(Conv(net, x, channels, 1));
        List<FeatureMap> links = [kept, last];
        for (var i = 0; i < bottlenecks; i++)
        {
            var inside = Conv(net, Conv(net, last, last.Channels, 3), last.Channels, 3);
            links.Add(last = shortcut ? net.Add(last, inside) : inside);
        }
        return Conv(net, net.Concat(links), channels, 1);
    }

    /// <summary>SPPF: one 5×5 maximum after the other, all joined.</summary>
    static FeatureMap PyramidPool(NetworkBuilder net, FeatureMap x)
    {
        List<FeatureMap> levels = [Conv(net, x, x.Channels / 2, 1)];
        for (var i = 0; i < 3; i++) levels.Add(net.MaxPool(levels[^1], 5, 1, 2));
        return Conv(net, net.Concat(levels), x.Channels, 1);
    }

    static FeatureMap Conv(NetworkBuilder net, FeatureMap x, int channels, int kernel, int stride = 1) => net.Conv(x, channels, kernel, Silu, stride);
}
