using FastCam.Onnx;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;

namespace FastCam.Tests.Onnx;

public sealed class BatchClassifierTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A classifier of 7 classes with two scales, its batch named or fixed at 1; in one row, whatever the batch, where asked for.</summary>
    Network Small(string? batch, bool inOneRow = false)
    {
        var net = new OnnxBuilder(32, batch: batch);
        var fine = net.Relu(net.Conv("image", 8));
        var coarse = net.Relu(net.Conv(fine, 16, stride: 2));
        var scores = net.Head(coarse, 7);
        if (inOneRow)
            scores = net.Node("Flatten", [scores], 7, null, OnnxAttribute.Create("axis", 0));
        return CpuNetwork.Open(Model.Load(_folder.Write("small.onnx", net.Build(scores))), 1);
    }

    static void Fill(Span<float> input, int seed)
    {
        var random = new Random(seed);
        foreach (ref var value in input)
            value = random.NextSingle() * 2 - 1;
    }

    [Theory]
    [InlineData("batch", false, 5, 5)]
    [InlineData("batch", false, 1, 1)]
    [InlineData("batch", true, 5, 1)]
    [InlineData(null, false, 5, 1)]
    public void Answers_as_the_tapped_network_does(string? named, bool inOneRow, int asked, int batch)
    {
        using var network = Small(named, inOneRow);
        using var classifier = new BatchClassifier(network, asked, 1);
        using var slot = classifier.CreateSlot();
        using var single = network.CreateSlot();
        for (var i = 0; i < slot.Count; i++)
            Fill(slot.Input(i), i);

        classifier.Run(slot);

        Assert.Equal((batch, batch), (classifier.Batch, slot.Count));
        for (var i = 0; i < batch; i++)
        {
            Fill(single.Input, i);
            network.Run(single);
            for (var score = 0; score < 7; score++)
                Assert.Equal(single.Scores[score], slot.Scores(i)[score], 1e-4f);
        }
    }

    [Fact]
    public void The_bundled_models_take_batches()
    {
        foreach (var name in new[] { "efficientnet-lite0", "efficientnet-lite0-int8" })
        {
            using var network = CpuNetwork.Open(Model.Load(Repository.File("models", $"{name}.onnx")), 1);
            using var classifier = new BatchClassifier(network, 3, 1);
            using var slot = classifier.CreateSlot();
            for (var i = 0; i < 3; i++)
                Fill(slot.Input(i), i % 2);

            classifier.Run(slot);

            Assert.Equal(3, classifier.Batch);
            Assert.Equal(slot.Scores(0).ToArray(), slot.Scores(2).ToArray());
            Assert.NotEqual(slot.Scores(0).ToArray(), slot.Scores(1).ToArray());
        }
    }

    [Fact]
    public void A_network_without_classes_is_refused()
    {
        var net = new OnnxBuilder(32);
        var fine = net.Relu(net.Conv("image", 8));
        var coarse = net.Relu(net.Conv(fine, 16, stride: 2));
        var path = _folder.Write("map.onnx", net.Build(net.Relu(net.Conv(coarse, 16, stride: 2))));
        using var network = CpuNetwork.Open(Model.Load(path), 1);

        var error = Assert.Throws<ModelException>(() => new BatchClassifier(network, 4, 1));
        Assert.Contains("class", error.Message);
    }
}
