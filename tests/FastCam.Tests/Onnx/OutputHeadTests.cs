using FastCam.Onnx.Heads;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Runtime;

namespace FastCam.Tests.Onnx;

/// <summary>Tests how a network's outputs are chosen, bound and read.</summary>
public sealed class OutputHeadTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_vector_of_scores_is_a_classifiers_and_its_most_probable_classes_are_read()
    {
        using var network = Open(net => net.Head(net.Relu(net.Conv("image", 8, stride: 2), "deep"), 7));
        var (slot, predictions) = Pass(network);

        Assert.Equal(("classifier", 7), (network.Head.Name, network.Head.Classes));
        Assert.Equal([7], network.Head.Outputs.Select(output => output.Length));
        Assert.Equal(Predictions.MostClasses, predictions.Classes.Length);
        Assert.Equal(slot.Scores.ToArray().Index().MaxBy(score => score.Item).Index, predictions.Best!.Value.Class);
        Assert.True(predictions.Classes[0].Probability > predictions.Classes[^1].Probability);
        slot.Dispose();
    }

    [Fact]
    public void A_map_as_output_is_no_head_of_ours_and_the_pass_runs_all_the_same()
    {
        using var network = Open(net => net.Relu(net.Conv("image", 8, stride: 2), "deep"));
        var (slot, predictions) = Pass(network);

        Assert.Equal(("none", 0), (network.Head.Name, network.Head.Classes));
        Assert.Empty(network.Head.Outputs);
        Assert.Null(predictions.Best);
        Assert.True(slot.Scores.IsEmpty);
        Assert.True(slot.Export(1).ContainsAnyExcept(0f));
        slot.Dispose();
    }

    [Fact]
    public void A_pass_from_which_nothing_is_wanted_runs_all_the_same()
    {
        using var tapped = Open(net => net.Relu(net.Conv("image", 8, stride: 2), "deep"));
        using var bare = Network.OpenBare(tapped.Model, ExecutionProvider.Cpu, 1);
        var (slot, predictions) = Pass(bare);

        Assert.Empty(bare.Exports);
        Assert.Null(predictions.Best);
        slot.Dispose();
    }

    [Fact]
    public void What_the_manifest_calls_an_embedding_has_no_classes_whatever_its_shape()
    {
        using var network = Open(net => net.Head(net.Relu(net.Conv("image", 8, stride: 2), "deep"), 7), """, "task": "embedding" """);
        var (slot, predictions) = Pass(network);

        Assert.Equal("none", network.Head.Name);
        Assert.True(predictions.Classes.IsEmpty);
        slot.Dispose();
    }

    [Fact]
    public void Reading_a_pass_allocates_nothing_and_replaces_what_was_read_before()
    {
        using var network = Open(net => net.Head(net.Relu(net.Conv("image", 8, stride: 2), "deep"), 3));
        var (slot, predictions) = Pass(network);
        slot.Read(predictions);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var pass = 0; pass < 100; pass++)
        {
            network.Run(slot);
            slot.Read(predictions);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(3, predictions.Classes.Length);
        Assert.Equal(1, predictions.Classes.ToArray().Sum(prediction => prediction.Probability), 1e-5);
        slot.Dispose();
    }

    /// <summary>One pass over an image of noise.</summary>
    static (NetworkSlot Slot, Predictions Predictions) Pass(Network network)
    {
        var (slot, predictions) = (network.CreateSlot(), new Predictions());
        var random = new Random(1);
        foreach (ref var value in slot.Input)
            value = random.NextSingle();
        network.Run(slot);
        slot.Read(predictions);
        return (slot, predictions);
    }

    /// <summary>A network of two scales, with an output of the test's choice.</summary>
    Network Open(Func<OnnxBuilder, string> output, string manifest = "")
    {
        var net = new OnnxBuilder(16);
        net.Relu(net.Conv("image", 3), "fine");
        var path = _folder.Write("net.onnx", net.Build(output(net)));
        File.WriteAllText(Path.ChangeExtension(path, ".json"), $$"""{ "file": "net.onnx", "taps": ["fine", "deep"]{{manifest}} }""");
        return CpuNetwork.Open(Model.Load(path), 1);
    }
}
