using FastCam.Lab.Generation;
using FastCam.Onnx.Models;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Onnx;

/// <summary>What generated networks compute.</summary>
public sealed class GeneratorTests : IDisposable
{
    const int Side = GeneratedNetworks.SmallSide;

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => GeneratedNetworks.Names;

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void Activations_neither_vanish_nor_explode_and_taps_do_not_change_the_answer(string name)
    {
        var model = name == "alexnet"
            ? Model.Load(_folder.Write("net.onnx", GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Seed = 3 }).File))
            : GeneratedNetworks.LoadSmall(name);
        var file = model.Bytes;
        using var network = CpuNetwork.Open(model, threads: 1);
        using var slot = network.CreateSlot();
        // Batch norms are made for noise: tight bounds there; neighbours that are alike add up, so that smooth images may drift.
        foreach (var (image, smallest, largest) in new[] { (Waves(), 0.01, 100), (Noise(), 0.1, 10.0) })
        {
            image.CopyTo(slot.Input);
            network.Run(slot);
            for (var tap = 0; tap < model.ScaleEnds.Count; tap++)
            {
                var values = slot.Export(tap).ToArray();
                var mean = values.Average();
                var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
                Assert.True(mean > 0, $"tap {tap}: mean {mean}");
                Assert.InRange(deviation, smallest, largest);
                if (GeneratedNetworks.IsRectified(name))
                    Assert.InRange(values.Count(value => value == 0) / (double)values.Length, 0.02, 0.95);
            }
        }
        var answer = Run(file, Side)[0];
        Assert.Equal(answer, Run(FastCam.Onnx.Operator.ModelTapping.AppendTaps(file, model.ScaleEnds, model.Outputs), Side)[0]);
        if (network.Head.Classes > 0)
            Assert.Equal(answer, slot.Scores.ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Folding_batch_norms_and_moving_channels_last_leave_the_function_as_it_is(string name)
    {
        var reference = Run(GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side }).File, Side);

        var norms = Run(GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, KeepBatchNorm = true }).File, Side);
        var open = Run(
            GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Nhwc = NhwcLayout.Ends, Dynamic = DynamicSizes.Batch }).File, Side);
        var channelsLast = Run(GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Nhwc = NhwcLayout.Throughout }).File, Side);

        foreach (var (expected, output) in reference.Index().Select(output => (output.Item, output.Index)))
        {
            Assert.True(expected.Max() - expected.Min() > 0.1 * expected.Max(Math.Abs), "the output is all but constant");
            Assert.Equal(expected, norms[output], Close);
            Assert.Equal(expected, open[output], Close);
            Assert.Equal(expected, channelsLast[output], Close);
        }
    }

    /// <summary>Weights, biases, scales and shifts of the published networks, as their sources count them.</summary>
    [Theory]
    [InlineData("resnet18", 11_689_512)]
    [InlineData("resnet50", 25_557_032)]
    [InlineData("vgg16", 138_357_544)]
    [InlineData("alexnet", 61_100_840)]
    [InlineData("densenet121", 7_978_856)]
    [InlineData("googlenet", 6_624_904)]
    [InlineData("squeezenet1.1", 1_235_496)]
    [InlineData("mobilenetv2", 3_504_872)]
    [InlineData("mobilenetv3-small", 2_542_856)]
    [InlineData("efficientnet-lite0", 4_652_008)]
    [InlineData("efficientnet-b0", 5_288_548)]
    public void Has_the_published_number_of_parameters(string name, long parameters) =>
        Assert.Equal(parameters, NetworkGenerator.Write(Stream.Null, name, new GeneratorOptions { KeepBatchNorm = true }).Parameters);

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        byte[] Write(int seed) => GeneratedNetworks.Write("mobilenetv3-small", new GeneratorOptions { InputSize = Side, Seed = seed }).File;

        var first = Write(7);

        Assert.Equal(first, Write(7));
        Assert.Equal(first.Length, Write(8).Length);
        Assert.NotEqual(first, Write(8));
    }

    [Theory]
    [InlineData("resnet51", 224, "resnet50")]
    [InlineData("resnet50", 31, "32")]
    [InlineData("alexnet", 62, "63")]
    [InlineData("yolov8n", 330, "multiple of 32")]
    [InlineData("vgg16", 1024, "2 GB")]
    public void What_cannot_be_made_is_a_sentence(string name, int inputSize, string says)
    {
        var error = Assert.Throws<ArgumentException>(() => NetworkGenerator.Write(Stream.Null, name, new GeneratorOptions { InputSize = inputSize }));

        Assert.Contains(says, error.Message);
    }

    static bool Close(float a, float b) => Math.Abs(a - b) <= 2e-4 * (1 + Math.Abs(a));

    /// <summary>A smooth image of about unit variance, since neighbouring pixels of real ones are alike.</summary>
    static float[] Waves() =>
        [.. Enumerable.Range(0, 3 * Side * Side).Select(i => (float)(Math.Sin(i % Side * 0.13) + Math.Sin(i / Side % Side * 0.21 + i / (Side * Side))))];

    static float[] Noise()
    {
        var normal = new NormalSource(5);
        return [.. Enumerable.Range(0, 3 * Side * Side).Select(_ => (float)normal.Next())];
    }

    /// <summary>All outputs of a file as ONNX Runtime gives them by itself, for the same image in whichever layout.</summary>
    static List<float[]> Run(byte[] file, int side)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(file, options);
        var noise = Noise();
        var channelsLast = session.InputMetadata["image"].Dimensions[3] == 3;
        if (channelsLast)
            noise = [.. Enumerable.Range(0, noise.Length).Select(i => noise[i % 3 * side * side + i / 3])];
        using var input = OrtValue.CreateTensorValueFromMemory(noise, channelsLast ? [1, side, side, 3] : [1, 3, side, side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["image"], [input], session.OutputNames);
        return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
    }
}
