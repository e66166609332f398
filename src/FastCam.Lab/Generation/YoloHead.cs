using FastCam.Onnx.Graph;
using static FastCam.Lab.Generation.NonLinearity;

namespace FastCam.Lab.Generation;

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
        var parts = net.Split(net.Node("Concat", rows, OnnxAttribute.Of("axis", 2)), 1, Sides * Bins, Classes);
        net.Output("output0", "Concat", [Boxes(net, parts[0], scales), net.Node("Sigmoid", [parts[1]])], OnnxAttribute.Of("axis", 1));
    }

    static FeatureMap Branch(NetworkBuilder net, FeatureMap x, int hidden, int values)
    {
        for (var i = 0; i < 2; i++) x = net.Conv(x, hidden, 3, Silu);
        return net.Conv(x, values, 1, None, affine: Affine.Bias);
    }

    static string Boxes(NetworkBuilder net, string distributions, FeatureMap[] scales)
    {
        var bins = net.Node("Transpose", [net.Node("Reshape", [distributions, net.Integers(0, Sides, Bins, -1)])], OnnxAttribute.Of("perm", 0, 2, 1, 3));
        var expectation = net.Constant([1, Bins, 1, 1], [.. Enumerable.Range(0, Bins).Select(bin => (float)bin)]);
        var distances = net.Node("Conv", [net.Node("Softmax", [bins], OnnxAttribute.Of("axis", 1)), expectation]);
        var sides = net.Split(net.Node("Reshape", [distances, net.Integers(0, Sides, -1)]), 1, Sides / 2, Sides / 2);
        var (centres, strides) = Cells(net, scales);
        var low = net.Node("Sub", [centres, sides[0]]);
        var high = net.Node("Add", [centres, sides[1]]);
        var middle = net.Node("Div", [net.Node("Add", [low, high]), net.Constant([], [2])]);
        var box = net.Node("Concat", [middle, net.Node("Sub", [high, low])], OnnxAttribute.Of("axis", 1));
        return net.Node("Mul", [box, strides]);
    }

    /// <summary>Each cell's centre, in cells, and its size in input pixels.</summary>
    static (string Centres, string Strides) Cells(NetworkBuilder net, FeatureMap[] scales)
    {
        List<float> x = [], y = [], strides = [];
        foreach (var (scale, stride) in scales.Zip(Yolo.Strides))
            for (var cell = 0; cell < scale.Height * scale.Width; cell++)
            {
                x.Add(cell % scale.Width + 0.5f);
                y.Add(cell / scale.Width + 0.5f);
                strides.Add(stride);
            }
        return (net.Constant([1, 2, x.Count], [.. x, .. y]), net.Constant([1, 1, x.Count], [.. strides]));
    }
}
