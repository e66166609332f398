using FastCam.Onnx;
using FastCam.Onnx.Models;

namespace FastCam.Tests.Onnx;

public sealed class TapFinderTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Finds_the_five_scale_ends_of_the_default_model()
    {
        var taps = Model.Load(Repository.File("models", "efficientnet-lite0.onnx")).ScaleEnds;

        Assert.Equal(
            [
                ("/_blocks.1/_swish/Clip_output_0", 96, 112, 112),
                ("/_blocks.3/_swish/Clip_output_0", 144, 56, 56),
                ("/_blocks.5/_swish/Clip_output_0", 240, 28, 28),
                ("/_blocks.11/_swish/Clip_output_0", 672, 14, 14),
                ("/_swish_1/Clip_output_0", 1280, 7, 7),
            ],
            taps.Select(tap => (tap.Name, tap.Channels, tap.Height, tap.Width)));
    }

    [Fact]
    public void Picks_the_last_activation_before_each_pool_of_a_plain_chain()
    {
        var net = new OnnxBuilder(32);
        var x = net.Relu(net.Conv("image", 8));
        x = net.Relu(net.Conv(x, 8), "end32");
        x = net.Relu6(net.Conv(net.MaxPool(x), 16), "end16");
        x = net.Relu(net.Conv(net.MaxPool(x), 24), "end8");

        Assert.Equal([("end32", 8, 32), ("end16", 16, 16), ("end8", 24, 8)], Find(net, net.Head(x, 10)));
    }

    [Fact]
    public void Takes_the_block_output_where_a_stage_runs_an_activation_before_its_strided_convolution()
    {
        var net = new OnnxBuilder(32);
        var stem = net.Relu(net.Conv("image", 8, stride: 2), "stem");
        var inner = net.Relu(net.Conv(net.MaxPool(stem), 8, 1));
        var block1 = net.Relu(net.Add(net.Conv(inner, 8), net.Conv(net.MaxPool(stem), 8, 1)), "block1");
        // The decoy: an activation at 8×8 after the scale's end and before the stride.
        var decoy = net.Relu(net.Conv(block1, 12, 1), "decoy");
        var block2 = net.Relu(net.Add(net.Conv(decoy, 16, stride: 2), net.Conv(block1, 16, 1, stride: 2)), "block2");

        Assert.Equal([("stem", 8, 16), ("block1", 8, 8), ("block2", 16, 4)], Find(net, net.Head(block2, 10)));
    }

    [Fact]
    public void Walks_back_to_the_activation_where_a_linear_convolution_ends_the_scale()
    {
        var net = new OnnxBuilder(32);
        var x = net.Relu(net.Conv("image", 8), "end32");
        x = net.MaxPool(net.Conv(x, 4, 1));
        x = net.Relu(net.Conv(x, 8), "end16");

        Assert.Equal([("end32", 8, 32), ("end16", 8, 16)], Find(net, net.Head(x, 10)));
    }

    [Fact]
    public void Takes_a_concatenation_of_activations_whole()
    {
        var net = new OnnxBuilder(32);
        var x = net.Relu(net.Conv("image", 8));
        var joined = net.Concat(net.Relu(net.Conv(x, 4, 1)), net.Relu(net.Conv(x, 4, 3)));
        x = net.Relu(net.Conv(net.MaxPool(joined), 8), "end16");

        Assert.Equal([(joined, 8, 32), ("end16", 8, 16)], Find(net, net.Head(x, 10)));
    }

    [Fact]
    public void Says_what_it_found_when_there_are_fewer_than_two_scales()
    {
        var net = new OnnxBuilder(32);
        var bytes = net.Build(net.Head(net.Relu(net.Conv("image", 8), "only"), 10));

        var error = Assert.Throws<ModelException>(() => Model.Load(_folder.Write("one.onnx", bytes)).ScaleEnds);

        Assert.Equal(ModelFault.NoScales, error.Fault);
        Assert.Contains("only", error.Message);
        Assert.Contains("manifest", error.Message);
    }

    [Fact]
    public void Uses_the_taps_that_a_manifest_names()
    {
        var net = new OnnxBuilder(32);
        var first = net.Relu(net.Conv("image", 8), "first");
        var second = net.Relu(net.Conv(net.MaxPool(first), 8), "second");
        var path = _folder.Write("named.onnx", net.Build(net.Head(net.Relu(net.Conv(second, 8)), 10)));
        _folder.Write("named.json", """{"file": "named.onnx", "taps": ["first", "second"]}"""u8.ToArray());

        Assert.Equal(["first", "second"], Model.Load(path).ScaleEnds.Select(tap => tap.Name));
    }

    IEnumerable<(string, int, int)> Find(OnnxBuilder net, string output)
    {
        var path = _folder.Write("net.onnx", net.Build(output));
        return Model.Load(path).ScaleEnds.Select(tap => (tap.Name, tap.Channels, tap.Height));
    }
}
