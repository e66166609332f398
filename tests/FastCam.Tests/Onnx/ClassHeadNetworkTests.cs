using System.Diagnostics;
using FastCam.Lab.Generation;
using FastCam.Onnx;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;

namespace FastCam.Tests.Onnx;

/// <summary>Which networks have the linear end that class maps need, and that it is the network's own.</summary>
public sealed class ClassHeadNetworkTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What each generated network ends in: the pooled activation's channels and rows, or the operators that a sentence names.</summary>
    static readonly Dictionary<string, object> Generated = new()
    {
        ["resnet18"] = (512, 7),
        ["resnet50"] = (2048, 7),
        ["vgg16"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["vgg16-bn"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["alexnet"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["densenet121"] = (1024, 7),
        ["googlenet"] = (1024, 7),
        ["squeezenet1.1"] = (1000, 13),
        ["mobilenetv2"] = (1280, 7),
        ["mobilenetv3-small"] = "come GlobalAveragePool, Flatten, Gemm, HardSwish, Gemm, where",
        ["efficientnet-lite0"] = (1280, 7),
        ["efficientnet-b0"] = (1280, 7),
        ["ssd-mobilenetv2"] = "no score a class",
        ["yolov8n"] = "no score a class",
    };

    /// <summary>What each exported graph ends in, read off the file: the pooled tensor and its size, or what a sentence names.</summary>
    static readonly Dictionary<string, object> Exported = new()
    {
        ["resnet18.ts17"] = ("/layer4/layer4.1/relu_1/Relu_output_0", 512, 7),
        ["resnet18.dynamo"] = ("relu_16", 512, 7),
        ["resnet18.fp16"] = ("/layer4/layer4.1/relu_1/Relu_output_0", 512, 7),
        ["resnet18.qdq_default"] = ("/layer4/layer4.1/relu_1/Relu_output_0_DequantizeLinear_Output", 512, 7),
        ["resnet50.ts17"] = ("/layer4/layer4.2/relu_2/Relu_output_0", 2048, 7),
        ["resnet50.ts17bn"] = ("/layer4/layer4.2/relu_2/Relu_output_0", 2048, 7),
        ["densenet121.ts17"] = ("/Relu_output_0", 1024, 7),
        ["googlenet.ts17"] = ("/inception5b/Concat_output_0", 1024, 7),
        ["squeezenet1_1.ts17"] = ("/classifier/classifier.2/Relu_output_0", 1000, 13),
        ["mobilenet_v2.ts17"] = ("/features/features.18/features.18.2/Clip_output_0", 1280, 7),
        ["mobilenet_v2.dynamodyn"] = ("hardtanh_34", 1280, 7),
        ["keras_MobileNetV2.tf13nhwc"] = ("mobilenetv2_1.00_224_1/out_relu_1/Relu6:0", 1280, 7),
        ["efficientnet_b0.ts17"] = ("/features/features.8/features.8.2/Mul_output_0", 1280, 7),
        ["efficientnet_lite0.ts17"] = ("/bn2/act/Clip_output_0", 1280, 7),
        ["darknet53.ts17"] = ("/stages/stages.4/blocks/blocks.3/Add_output_0", 1024, 7),
        ["hrnet_w18_small.ts17"] = ("/final_layer/final_layer.2/Relu_output_0", 2048, 7),
        ["inception_v3.ts17"] = ("/Mixed_7c/Concat_output_0", 2048, 8),
        ["shufflenet_v2_x1_0.ts17"] = ("/conv5/conv5.2/Relu_output_0", 1024, 7),
        ["convnext_tiny.ts17"] = "LayerNormalization",
        ["mobilenet_v3_small.ts17"] = "come GlobalAveragePool, Flatten, Gemm, HardSwish, Gemm, where",
        ["vgg16.ts17"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["alexnet.ts17"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["mlp.ts17"] = "come Flatten, Gemm, Relu, Gemm, Relu, Gemm, where",
        ["vit_small_like.ts17"] = "LayerNormalization, Gather, Gemm, where",
        ["ssd_mobilenet_v2_like.ts17"] = "no score a class",
        ["yolov8n_like.ts17"] = "no score a class",
    };

    public static TheoryData<string> GeneratedNames => [.. Generated.Keys];

    public static TheoryData<string> ExportedNames => [.. Exported.Keys];

    public static TheoryData<string, double> Trained => new()
    {
        { "efficientnet-lite0.onnx", 1e-5 },
        { "mobilenetv2-imagenet1001.onnx", 1e-5 },
        // Quantised features and scores come in steps: SqueezeNet's scores in steps of 2.
        { "efficientnet-lite0-int8.onnx", 0.4 },
        { "squeezenet1.1-int8-qdq.onnx", 2 },
    };

    [Fact]
    public void Every_network_is_in_the_table()
    {
        Assert.Equal(NetworkGenerator.Names.Order(), Generated.Keys.Order());
        Assert.Equal(Directory.EnumerateFiles(Shared.Path("graphs"), "*.xz").Select(file => Path.GetFileName(file)[..^8]).Order(), Exported.Keys.Order());
    }

    [Theory]
    [MemberData(nameof(GeneratedNames))]
    public void A_generated_networks_head_gives_its_scores(string name)
    {
        var (file, network) = GeneratedNetworks.Write(name, new GeneratorOptions());
        var path = _folder.Write($"{name}.onnx", file);
        if (Generated[name] is string expected)
        {
            AssertRefused(path, expected);
        }
        else
        {
            var head = Model.Load(path).ClassHead;
            Assert.Equal((network.ScaleEnds[^1].Tensor, 1000), (head.Activation.Name, head.Classes));
            Assert.Equal(Generated[name], (head.Activation.Channels, head.Activation.Height));
            AssertGivesTheScores(path, name == "efficientnet-b0" ? 1e-3 : 1e-4); // Its scores reach 1 000.
        }
    }

    [Theory]
    [MemberData(nameof(GeneratedNames))]
    public void Channels_last_and_open_sizes_change_nothing(string name)
    {
        var (file, network) = GeneratedNetworks.Write(name, new GeneratorOptions { Nhwc = NhwcLayout.Throughout, Dynamic = DynamicSizes.Batch });
        var path = _folder.Write($"{name}.onnx", file);
        if (Generated[name] is string expected)
            AssertRefused(path, expected == "no score a class" ? expected : ", Gemm, where");
        else
            Assert.Equal(network.ScaleEnds[^1].Tensor, Model.Load(path).ClassHead.Activation.Name);
    }

    [Fact]
    public void Channels_last_give_the_scores() =>
        AssertGivesTheScores(_folder.Write("n.onnx", GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { Nhwc = NhwcLayout.Throughout }).File), 1e-4);

    [Theory]
    [MemberData(nameof(ExportedNames))]
    public void An_exported_graphs_head_is_the_one_in_the_file(string name)
    {
        var path = Unpack($"{name}.onnx.xz");
        if (Exported[name] is string expected)
        {
            AssertRefused(path, expected);
        }
        else
        {
            var head = Model.Load(path).ClassHead;
            Assert.Equal(Exported[name], (head.Activation.Name, head.Activation.Channels, head.Activation.Height));
            Assert.Equal((1000, head.Activation.Height), (head.Classes, head.Activation.Width));
        }
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void A_trained_networks_head_gives_its_scores(string file, double tolerance) =>
        AssertGivesTheScores(
            file.StartsWith("efficientnet", StringComparison.Ordinal) ? Repository.File("models", file) : Shared.Path("models", file), tolerance);

    [Theory]
    [InlineData("efficientnet-lite0.onnx")]
    [InlineData("efficientnet-lite0-int8.onnx")]
    public void The_bundled_networks_pool_their_deepest_scale_end(string file)
    {
        var model = Model.Load(Repository.File("models", file));

        Assert.Equal(model.ScaleEnds[^1].Name, model.ClassHead.Activation.Name);
        Assert.Equal(
            (1280, 7, 7, 1000),
            (model.ClassHead.Activation.Channels, model.ClassHead.Activation.Height, model.ClassHead.Activation.Width, model.ClassHead.Classes));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.ClassHead.GradientOf(1000).Length);
    }

    [Fact]
    public void Dequantised_weights_are_those_before_quantising_within_half_a_step()
    {
        const double Steps = 127; // Symmetric int8, a scale a class.
        var exact = Model.Load(Repository.File("models", "efficientnet-lite0.onnx")).ClassHead;
        var quantised = Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx")).ClassHead;
        for (var c = 0; c < exact.Classes; c++)
        {
            var expected = exact.GradientOf(c);
            var actual = quantised.GradientOf(c);
            double largest = 0, error = 0;
            for (var k = 0; k < expected.Length; k++)
            {
                largest = Math.Max(largest, Math.Abs(expected[k]));
                error = Math.Max(error, Math.Abs(expected[k] - actual[k]));
            }
            Assert.InRange(error, 0, 0.501 * largest / Steps);
        }
    }

    [Fact]
    public void A_detector_is_refused_with_its_outputs_shape() => AssertRefused(Shared.Path("models", "ssd-mobilenetv2-coco.onnx"), "scores is 1×1917×90");

    static void AssertRefused(string path, string expected)
    {
        var model = Model.Load(path);
        var error = Assert.Throws<ModelException>(() => model.ClassHead);

        Assert.Equal(ModelFault.Unsupported, error.Fault);
        Assert.Contains(expected, error.Message);
        Assert.Contains(path, error.Message);
    }

    /// <summary>
    /// Between two images the logits must differ by the sum of gradient × difference of the activations, for every class: that holds
    /// only if the tensor, the weights and the order of the classes are right. Behind a softmax, logits are known up to a constant.
    /// </summary>
    static void AssertGivesTheScores(string path, double tolerance)
    {
        var head = Model.Load(path).ClassHead;
        var model = Model.Load(path, options: new ModelOptions(Taps: [head.Activation.Name]));
        using var network = CpuNetwork.Open(model);
        var (first, second) = (Pass(network, 1), Pass(network, 2));
        var predicted = new double[head.Classes];
        for (var c = 0; c < head.Classes; c++)
        {
            var gradient = head.GradientOf(c);
            for (var i = 0; i < first.Activations.Length; i++)
                predicted[c] += gradient[i / head.Activation.Pixels] * ((double)second.Activations[i] - first.Activations[i]);
        }
        var origin = model.HasProbabilities ? second.Logits[0] - first.Logits[0] - predicted[0] : 0;
        var differences = first.Logits.Zip(second.Logits, (a, b) => b - a - origin).ToArray();

        Assert.Equal(head.Classes, differences.Length);
        Assert.True(differences.Max() - differences.Min() > 0.05, "the two images look alike to the network");
        for (var c = 0; c < differences.Length; c++)
            Assert.Equal(differences[c], predicted[c], tolerance);
    }

    static (float[] Activations, double[] Logits) Pass(Network network, int seed)
    {
        using var slot = network.CreateSlot();
        var random = new Random(seed);
        var (phase, coarse) = (random.NextDouble() * 6, seed * 0.02);
        var input = slot.Input;
        for (var i = 0; i < input.Length; i++)
            input[i] = (float)(Math.Sin(phase + i * coarse) + random.NextDouble() - 0.5);
        network.Run(slot);
        return (slot.Export(0).ToArray(), [.. slot.Scores.ToArray().Select(score => network.Model.HasProbabilities ? Math.Log(score) : score)]);
    }

    string Unpack(string file)
    {
        var path = _folder.File(file[..^3]);
        using var process = Process.Start(
            new ProcessStartInfo("xz", ["--decompress", "--stdout", Shared.Path("graphs", file)]) { RedirectStandardOutput = true })!;
        using (var unpacked = File.Create(path))
            process.StandardOutput.BaseStream.CopyTo(unpacked);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}
