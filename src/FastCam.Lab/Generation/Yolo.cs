using FastCam.Onnx.Graph;
using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

/// <summary>A detector in the manner of YOLOv8n: a backbone of C2f modules, SPPF, a path up and one down, and three scales of predictions.</summary>
static class Yolo
{
    /// <summary>The strides at which predictions are made, in input pixels a cell; the input is a multiple of the last.</summary>
    public static readonly int[] Strides = [8, 16, 32];

    static readonly (int Channels, int Bottlenecks)[] Stages = [(32, 1), (64, 2), (128, 2), (256, 1)];

    public static void Build(NetworkBuilder net)
    {
        var x = net.EndScale(Conv(net, net.Input, 16, 3, stride: 2));
        var scales = new List<FeatureMap>();
        foreach (var (channels, bottlenecks) in Stages)
        {
            x = C2f(net, Conv(net, x, channels, 3, stride: 2), channels, bottlenecks, shortcut: true);
            if (channels == Stages[^1].Channels)
                x = PyramidPool(net, x);
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

    /// <summary>Passes half of the channels through a chain of bottlenecks; every link of the chain is kept and joined.</summary>
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

    /// <summary>Adds the SPPF: one 5×5 maximum after another, all joined.</summary>
    static FeatureMap PyramidPool(NetworkBuilder net, FeatureMap x)
    {
        List<FeatureMap> levels = [Conv(net, x, x.Channels / 2, 1)];
        for (var i = 0; i < 3; i++)
            levels.Add(net.MaxPool(levels[^1], 5, 1, 2));
        return Conv(net, net.Concat(levels), x.Channels, 1);
    }

    static FeatureMap Conv(NetworkBuilder net, FeatureMap x, int channels, int kernel, int stride = 1) =>
        net.Conv(x, channels, kernel, Silu, stride);
}

/// <summary>
/// YOLOv8's head: for every cell four distances, each the expectation of a distribution over 16 bins (DFL), and 80 class scores.
/// The output <c>output0</c> is 1 × 84 × cells: centre x and y, width and height in input pixels, then the classes' probabilities.
/// </summary>
static class YoloHead
{
    const int Sides = 4;
    const int Bins = 16;
    const int Classes = 80;
    const int Hidden = 64;

    public static void AddTo(NetworkBuilder net, FeatureMap[] scales)
    {
        var rows = scales.Select(scale => net.Concat(Branch(net, scale, Hidden, Sides * Bins), Branch(net, scale, Classes, Classes)))
            .Select(joined => net.Node("Reshape", [net.Nchw(joined), net.Integers(0, Sides * Bins + Classes, -1)])).ToList();
        var parts = net.Split(net.Node("Concat", rows, OnnxAttribute.Create("axis", 2)), 1, Sides * Bins, Classes);
        net.Output("output0", "Concat", [Boxes(net, parts[0], scales), net.Node("Sigmoid", [parts[1]])], OnnxAttribute.Create("axis", 1));
    }

    static FeatureMap Branch(NetworkBuilder net, FeatureMap x, int hidden, int values)
    {
        for (var i = 0; i < 2; i++)
            x = net.Conv(x, hidden, 3, Silu);
        return net.Conv(x, values, 1, None, affine: Affine.Bias);
    }

    static string Boxes(NetworkBuilder net, string distributions, FeatureMap[] scales)
    {
        var bins = net.Node("Transpose", [net.Node("Reshape", [distributions, net.Integers(0, Sides, Bins, -1)])], OnnxAttribute.Create("perm", 0, 2, 1, 3));
        var expectation = net.Constant([1, Bins, 1, 1], [.. Enumerable.Range(0, Bins).Select(bin => (float)bin)]);
        var distances = net.Node("Conv", [net.Node("Softmax", [bins], OnnxAttribute.Create("axis", 1)), expectation]);
        var sides = net.Split(net.Node("Reshape", [distances, net.Integers(0, Sides, -1)]), 1, Sides / 2, Sides / 2);
        var (centres, strides) = Cells(net, scales);
        var low = net.Node("Sub", [centres, sides[0]]);
        var high = net.Node("Add", [centres, sides[1]]);
        var middle = net.Node("Div", [net.Node("Add", [low, high]), net.Constant([], [2])]);
        var box = net.Node("Concat", [middle, net.Node("Sub", [high, low])], OnnxAttribute.Create("axis", 1));
        return net.Node("Mul", [box, strides]);
    }

    /// <summary>Returns each cell's centre, in cells, and its size in input pixels.</summary>
    static (string Centres, string Strides) Cells(NetworkBuilder net, FeatureMap[] scales)
    {
        List<float> x = [], y = [], strides = [];
        foreach (var (scale, stride) in scales.Zip(Yolo.Strides))
        {
            for (var cell = 0; cell < scale.Height * scale.Width; cell++)
            {
                x.Add(cell % scale.Width + 0.5f);
                y.Add(cell / scale.Width + 0.5f);
                strides.Add(stride);
            }
        }
        return (net.Constant([1, 2, x.Count], [.. x, .. y]), net.Constant([1, 1, x.Count], [.. strides]));
    }
}
