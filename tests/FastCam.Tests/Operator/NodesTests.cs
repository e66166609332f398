using FastCam.Lab.Generation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using FastCam.Tests.Saliency;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>Statistics in ONNX's own operators. They are for devices; what they compute is tested on the CPU.</summary>
public sealed unsafe class NodesTests : IDisposable
{
    const int Side = GeneratedNetworks.SmallSide;

    readonly TemporaryFolder _folder = new();

    static readonly ExplanationOptions Nodes = new() { Strategy = ExplainStrategy.Nodes };

    public static TheoryData<string> Names => GeneratedNetworks.Names;

    public static TheoryData<string> SharedModels => OperatorTests.SharedModels;

    /// <summary>
    /// The oldest operator set, those before and behind the change of the reductions' axes, and a new one; the statistics; layout and
    /// precision.
    /// </summary>
    public static TheoryData<int, string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, string, bool, bool>();
            foreach (var operatorSet in (int[])[7, 12, 13, 17, 18, 21])
            {
                foreach (var statistic in (string[])["smoe", "std", "biased std", "mean", "max"])
                    cases.Add(operatorSet, statistic, operatorSet is 12 or 18, operatorSet is 13 or 18);
            }
            return cases;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_generated_network_is_explained_as_by_taps(string name) =>
        Assert.Equal(ExplainStrategy.Nodes, Explanations.AssertAgreesWithTaps(GeneratedNetworks.LoadSmall(name), ExplainStrategy.Nodes, threads: 2));

    [Theory]
    [InlineData("efficientnet-lite0", 1)]
    [InlineData("efficientnet-lite0", 3)]
    [InlineData("efficientnet-lite0-int8", 2)]
    public void A_bundled_model_is_explained_as_by_taps(string name, int threads) =>
        Assert.Equal(ExplainStrategy.Nodes, Explanations.AssertAgreesWithTaps(Bundled(name), ExplainStrategy.Nodes, threads));

    [Theory, MemberData(nameof(SharedModels))]
    public void A_foreign_model_is_explained_as_by_taps(string name)
    {
        var model = Model.Load(Shared.Path("models", $"{name}.onnx"));

        Assert.Equal(ExplainStrategy.Nodes, Explanations.AssertAgreesWithTaps(model, ExplainStrategy.Nodes, threads: 2));
    }

    [Theory]
    [InlineData("std", false, "efficientnet-lite0")]
    [InlineData("std", true, "efficientnet-lite0-int8")]
    [InlineData("mean", false, "efficientnet-lite0")]
    [InlineData("max", false, "efficientnet-lite0-int8")]
    public void Another_statistic_is_taken_as_by_taps(string statistic, bool biased, string name)
    {
        var options = new ExplanationOptions { Statistic = Statistic.Create(statistic, biased: biased)! };

        Assert.Equal(
            ExplainStrategy.Nodes,
            Explanations.AssertAgreesWithTaps(
                Bundled(name), ExplainStrategy.Nodes, threads: 2, options: options));
    }

    [Theory]
    [InlineData(NhwcLayout.Throughout, DynamicSizes.None)]
    [InlineData(NhwcLayout.None, DynamicSizes.Both)]
    public void Channels_last_and_open_sizes_are_explained_as_by_taps(NhwcLayout layout, DynamicSizes open)
    {
        var (file, _) = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Nhwc = layout, Dynamic = open, Seed = 3 });
        var model = Model.Load(
            _folder.Write("net.onnx", file), options: open == DynamicSizes.None ? null : new ModelOptions(InputWidth: 128, InputHeight: Side));

        Assert.Equal(ExplainStrategy.Nodes, Explanations.AssertAgreesWithTaps(model, ExplainStrategy.Nodes, threads: 2));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_statistic_is_the_formulas_in_every_operator_set(int operatorSet, string statistic, bool channelsLast, bool isHalf)
    {
        const int Channels = 24, Rows = 9;
        var biased = statistic.StartsWith("biased");
        var options = Nodes with { Statistic = Statistic.Create(biased ? "std" : statistic, 1e-6f, biased)! };
        var builder = new OnnxBuilder(Rows, Channels);
        var x = isHalf ? builder.Node("Cast", ["image"], Channels, null, OnnxAttribute.Create("to", 10)) : "image";
        if (channelsLast)
            x = builder.Node("Transpose", [x], Channels, null, OnnxAttribute.Create("perm", 0, 2, 3, 1));
        builder.Node("Identity", [x], Channels, "tensor");
        var tap = new ScaleEnd("tensor", Channels, Rows, Rows, "Identity", "") { Layout = channelsLast ? Layout.Nhwc : Layout.Nchw, IsHalf = isHalf };
        var file = WithOperatorSet(builder.Build(builder.Relu("image")), operatorSet);
        var values = OperatorModel.Samples(Channels * Rows * Rows);
        if (isHalf)
            values = Array.ConvertAll(values, value => (float)(Half)value);
        for (var i = 0; i < values.Length; i += Rows * Rows)
            values[i] = 0;

        var map = Map(file, tap, options, values);

        Assert.Equal(operatorSet, OperatorSet.VersionOf(file));
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var column = Oracle.Column(values, Channels, pixel);
            var expected = Oracle.Statistic(options.Statistic.Name, column, options.Statistic.Epsilon, biased);
            Assert.Equal(expected, map[pixel], 5e-6 * (column.Average(Math.Abs) + Math.Abs(expected)));
        }
        if (statistic is "smoe" or "std")
            Assert.Equal(0, map[0]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Smoe_of_a_generated_networks_scale_ends_is_the_formula(string name)
    {
        var model = GeneratedNetworks.LoadSmall(name);
        var (values, maps) = Both(model, 1);
        for (var layer = 0; layer < model.ScaleEnds.Count; layer++)
            AssertIsSmoe(values[layer], model.ScaleEnds[layer].Channels, maps[layer]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_image_of_a_batch_gets_its_own_map(int images)
    {
        var (file, _) = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Batch });
        var model = Model.Load(_folder.Write("net.onnx", file));
        var (values, maps) = Both(model, images);
        for (var layer = 0; layer < model.ScaleEnds.Count; layer++)
        {
            var tap = model.ScaleEnds[layer];
            var size = tap.Channels * tap.Pixels;
            for (var image = 0; image < images; image++)
                AssertIsSmoe(values[layer][(image * size)..((image + 1) * size)], tap.Channels, maps[layer][(image * tap.Pixels)..((image + 1) * tap.Pixels)]);
        }
    }

    [Fact]
    public void Only_the_maps_leave_the_pass_and_it_allocates_nothing()
    {
        using var network = CpuNetwork.Explain(Bundled("efficientnet-lite0"), 1, Nodes);
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var pixels = new byte[320 * 240 * 3 / 2];
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 320, 240);
            for (var i = 0; i < 3; i++)
                explainer.Explain(frame, FitRule.Crop, explanation);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
                explainer.Explain(frame, FitRule.Crop, explanation);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Empty(network.Network.Exports);
        Assert.Equal("nodes", explainer.By);
    }

    [Theory]
    [InlineData("shannon")]
    [InlineData("truncnormal-std")]
    public void A_statistic_that_they_cannot_compute_steps_back_to_taps_with_a_notice(string statistic)
    {
        using var network = CpuNetwork.Open(Bundled("efficientnet-lite0"), 1, Nodes with { Statistic = Statistic.Create(statistic)! });

        Assert.Equal(ExplainStrategy.Taps, network.Strategy);
        Assert.Contains($"no nodes of ONNX's own compute {statistic}", network.Notice);
    }

    [Fact]
    public void An_operator_set_without_broadcasting_steps_back_to_taps_with_a_notice()
    {
        var builder = new OnnxBuilder(Side);
        var fine = builder.Relu(builder.Conv("image", 8));
        var coarse = builder.Relu(builder.Conv(fine, 8, stride: 2));
        var file = WithOperatorSet(builder.Build(builder.Relu(builder.Conv(coarse, 8, stride: 2))), 6);
        using var network = CpuNetwork.Open(Model.Load(_folder.Write("old.onnx", file)), 1, Nodes);

        Assert.Equal(ExplainStrategy.Taps, network.Strategy);
        Assert.Contains("need operator set 7 or later, and old has 6", network.Notice);
    }

    [Fact]
    public void A_model_that_the_runtime_does_not_take_with_them_steps_back_to_taps_with_a_notice()
    {
        var builder = new OnnxBuilder(Side);
        var coarse = builder.MaxPool(builder.Relu("image", "fine"), "coarse");
        builder.Node("Identity", [coarse], 3, $"fine/{OperatorDomain.Name}_map"); // The very name of the map that is to be added.
        var model = Model.Load(_folder.Write("net.onnx", builder.Build(builder.Head(coarse, 3))), options: new ModelOptions(Taps: ["fine", "coarse"]));
        using var network = CpuNetwork.Open(model, 1, Nodes);

        Assert.Equal(ExplainStrategy.Taps, network.Strategy);
        Assert.Contains("CPU does not take the model with nodes for it", network.Notice);
    }

    [Fact]
    public void A_channel_that_is_no_number_makes_its_pixel_0_and_no_other()
    {
        const int Rows = 16;
        var builder = new OnnxBuilder(Rows);
        var coarse = builder.MaxPool(builder.Relu("image", "fine"), "coarse");
        var model = Model.Load(_folder.Write("net.onnx", builder.Build(builder.Head(coarse, 3))), options: new ModelOptions(Taps: ["fine", "coarse"]));
        using var network = CpuNetwork.Open(model, 1, Nodes);
        using var slot = network.CreateSlot();
        OperatorModel.Samples(slot.Input.Length).CopyTo(slot.Input);
        var (clean, spoilt) = (new float[Rows * Rows], new float[Rows * Rows]);
        network.Run(slot);
        LayerStatistics.Create(network, Nodes.Statistic).Read(slot, 0, clean);
        slot.Input[7] = float.NaN;
        network.Run(slot);
        LayerStatistics.Create(network, Nodes.Statistic).Read(slot, 0, spoilt);

        clean[7] = 0;
        Assert.Equal(clean, spoilt);
    }

    static float[] Map(byte[] file, ScaleEnd tap, ExplanationOptions options, float[] values)
    {
        using var session = new InferenceSession(ModelTapping.AppendStandardNodes(file, [tap], options.Statistic, [], []));
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, tap.Channels, tap.Height, tap.Width]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["image"], [input], [OperatorNode.OutputOf(tap)]);
        Assert.Equal([1, 1, tap.Height, tap.Width], outputs[0].GetTensorTypeAndShape().Shape);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    /// <summary>The scale ends of a batch of noise, and what the nodes make of them in the same pass.</summary>
    static (float[][] Values, float[][] Maps) Both(Model model, int images)
    {
        var taps = model.ScaleEnds;
        using var session = new InferenceSession(ModelTapping.AppendStandardNodes(model.Bytes, taps, Nodes.Statistic, taps, model.Outputs));
        using var input = OrtValue.CreateTensorValueFromMemory(OperatorModel.Samples(images * model.Input.Length), [images, .. model.Input.Shape.Skip(1)]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["image"], [input], [.. taps.Select(ModelTapping.OutputOf), .. taps.Select(OperatorNode.OutputOf)]);
        for (var i = 0; i < taps.Count; i++)
            Assert.Equal([images, 1, taps[i].Height, taps[i].Width], outputs[taps.Count + i].GetTensorTypeAndShape().Shape);
        var values = outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray()).ToArray();
        return (values[..taps.Count], values[taps.Count..]);
    }

    static void AssertIsSmoe(float[] values, int channels, float[] map)
    {
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var (smoe, mean) = Oracle.Smoe(values, channels, pixel, SmoeScale.DefaultEpsilon);
            Assert.Equal(smoe, map[pixel], 5e-6 * (mean + smoe));
        }
    }

    /// <summary>The file with another version stated; its nodes mean the same in all that are tried.</summary>
    static byte[] WithOperatorSet(byte[] file, int version)
    {
        byte[] changed = [.. file];
        var model = new WireReader(file, 0, file.Length);
        while (model.Next())
        {
            if (model.Field == OnnxField.ModelOperatorSet)
                changed[model.Offset + model.Length - 1] = (byte)version;
        }
        return changed;
    }

    static Model Bundled(string name) => Model.Load(Repository.File("models", $"{name}.onnx"));
}
