using FastCam.Lab.Generation;
using FastCam.Lab.Paper;
using FastCam.Onnx.Costs;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Models;
using FastCam.Onnx.ScaleEnds;

namespace FastCam.Tests.Onnx;

/// <summary>What a network costs by its graph, against what is published of it and against sums by hand.</summary>
public sealed class OperationCounterTests
{
    /// <summary>GFLOPS as torchvision's table of models gives them: multiply-adds for one image of 224×224.</summary>
    [Theory]
    [InlineData("resnet18", 1.814)]
    [InlineData("resnet50", 4.089)]
    [InlineData("densenet121", 2.834)]
    [InlineData("googlenet", 1.498)]
    [InlineData("squeezenet1.1", 0.349)]
    [InlineData("mobilenetv2", 0.301)]
    [InlineData("mobilenetv3-small", 0.057)]
    [InlineData("efficientnet-b0", 0.386)]
    public void Classic_networks_cost_what_is_published(string name, double giga)
    {
        var cost = Count(name, new GeneratorOptions());

        Assert.Equal(giga, cost.MultiplyAdds / 1e9, 0.00051);
        Assert.Empty(cost.Uncounted);
    }

    [Fact]
    public void ResNet_50_by_its_graph_is_the_sum_over_its_layers()
    {
        Assert.Equal(ResNet50.MultiplyAdds(strideOnFirst: false), Count("resnet50", new GeneratorOptions()).MultiplyAdds);
        Assert.Equal(3_857_973_248, ResNet50.MultiplyAdds());
    }

    [Theory]
    [InlineData(true, NhwcLayout.None, DynamicSizes.None)]
    [InlineData(false, NhwcLayout.Throughout, DynamicSizes.Batch)]
    [InlineData(false, NhwcLayout.None, DynamicSizes.Both)]
    public void The_spelling_of_a_file_changes_nothing(bool batchNorm, NhwcLayout nhwc, DynamicSizes dynamic) =>
        Assert.Equal(
            Count("mobilenetv2", new GeneratorOptions()).MultiplyAdds,
            Count("mobilenetv2", new GeneratorOptions { KeepBatchNorm = batchNorm, Nhwc = nhwc, Dynamic = dynamic }).MultiplyAdds);

    [Fact]
    public void A_quantised_network_does_as_many_as_the_float_one()
    {
        long Cost(string name) => Model.Load(Repository.File("models", $"{name}.onnx")).Cost.MultiplyAdds;

        Assert.Equal(Cost("efficientnet-lite0"), Cost("efficientnet-lite0-int8"));
    }

    [Fact]
    public void Each_operator_is_counted_by_its_own_rule_and_what_is_unknown_is_said()
    {
        var net = new OnnxBuilder(side: 8);
        var convolved = net.Conv("image", 4, kernel: 3, stride: 2); // 4 × 4 of 4 channels, each 3 × 3 × 3.
        // Each of 4 × 4 × 4 values spread to 5 × 2 × 2.
        var transposed = net.Node("ConvTranspose", [convolved, net.Constant([4, 5, 2, 2])], 5, null, OnnxAttribute.Create("strides", 2, 2));
        var product = net.Node("MatMul", [transposed, net.Constant([8, 6])], 5, null); // 5 × 8 × 6 values, each of 8.
        var einsum = net.Node("Einsum", [product], 5, null, OnnxAttribute.Create("equation", "nchw->nchw"));
        var logits = net.Head(einsum, 10); // 10 values, each of 5.
        var file = net.Build(logits);

        var cost = Count(file);

        Assert.Equal(
            [("MatMul", 1, 5L * 8 * 6 * 8), ("Conv", 1, 4L * 4 * 4 * 27), ("ConvTranspose", 1, 4L * 4 * 4 * 20), ("Gemm", 1, 50L)],
            cost.Operators.Select(kind => (kind.Operator, kind.Nodes, kind.MultiplyAdds)));
        Assert.Equal([("Einsum", 1)], cost.Uncounted);
        Assert.Equal(1920 + 1728 + 1280 + 50, cost.MultiplyAdds);
    }

    [Fact]
    public void The_explanation_costs_what_the_method_says()
    {
        var cost = ExplanationCost.FromScales([(3, 4, 5), (7, 2, 3)]);

        Assert.Equal(
            [(20L, 13L * 20, 12L * 20, 18L * 20), (6L, 29L * 6, 12L * 6, 27L * 20)],
            cost.Scales.Select(scale => (scale.Pixels, scale.Statistic, scale.Normalise, scale.Combine)));
        Assert.Equal(13 * 20 + 29 * 6 + 12 * 26 + 45 * 20, cost.Total);
        Assert.Equal(4 * (20 + 6 + 20), cost.MemoryBytes);
        // r + 1 logarithms a pixel and an error function, 12 more each.
        Assert.Equal(cost.Total + 12 * (4 * 20 + 8 * 6 + 26), ExplanationCost.FromScales([(3, 4, 5), (7, 2, 3)], 13).Total);
        Assert.Throws<ArgumentException>(() => ExplanationCost.FromScales([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ExplanationCost.FromScales([(1, 1, 1)], 0));
    }

    static NetworkCost Count(string name, GeneratorOptions options) => Count(GeneratedNetworks.Write(name, options).File);

    static NetworkCost Count(byte[] file)
    {
        var graph = ModelReader.Read(file, "network");
        var sizes = new Dictionary<string, long> { ["batch"] = 1, ["height"] = 224, ["width"] = 224 };
        var open = graph.Inputs[0].Type.TensorType.Shape.Dim.Select(dimension => dimension.DimParam).ToHashSet();
        foreach (var fixedSize in sizes.Keys.Except(open))
            sizes.Remove(fixedSize);
        return OperationCounter.Count(graph, ShapeProbe.Run(file, graph, sizes, "network"));
    }
}
