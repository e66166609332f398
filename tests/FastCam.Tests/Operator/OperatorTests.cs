using FastCam.Lab.Generation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

public sealed unsafe class OperatorTests : IDisposable
{
    const int Side = GeneratedNetworks.SmallSide;

    static readonly Statistic Smoe = Statistic.Create("smoe")!;

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => GeneratedNetworks.Names;

    public static TheoryData<string> SharedModels =>
        ["mobilenetv2-imagenet1001", "ssd-mobilenetv2-coco", "ssd-mobilenetv2-coco-int8", "squeezenet1.1-int8-qdq"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_generated_network_is_explained_as_by_taps(string name) =>
        Assert.Equal(ExplainStrategy.Operator, Explanations.AssertAgreesWithTaps(GeneratedNetworks.LoadSmall(name), ExplainStrategy.Operator, threads: 2));

    [Theory]
    [InlineData("efficientnet-lite0", 1)]
    [InlineData("efficientnet-lite0", 3)]
    [InlineData("efficientnet-lite0-int8", 2)]
    public void A_bundled_model_is_explained_as_by_taps(string name, int threads)
    {
        var model = Model.Load(Repository.File("models", $"{name}.onnx"));

        Assert.Equal(ExplainStrategy.Operator, Explanations.AssertAgreesWithTaps(model, ExplainStrategy.Operator, threads));
    }

    [Theory, MemberData(nameof(SharedModels))]
    public void A_foreign_model_is_explained_as_by_taps(string name)
    {
        var model = Model.Load(Shared.Path("models", $"{name}.onnx"));

        Assert.Equal(ExplainStrategy.Operator, Explanations.AssertAgreesWithTaps(model, ExplainStrategy.Operator, threads: 2));
    }

    [Theory]
    [InlineData("std", false, "efficientnet-lite0")]
    [InlineData("std", true, "efficientnet-lite0-int8")]
    [InlineData("mean", false, "efficientnet-lite0-int8")]
    [InlineData("max", false, "efficientnet-lite0")]
    [InlineData("max", false, "efficientnet-lite0-int8")]
    public void Another_statistic_is_taken_as_by_taps(string statistic, bool biased, string name)
    {
        var model = Model.Load(Repository.File("models", $"{name}.onnx"));

        Assert.Equal(
            ExplainStrategy.Operator,
            Explanations.AssertAgreesWithTaps(
                model, ExplainStrategy.Operator, threads: 2, options: new ExplanationOptions { Statistic = Statistic.Create(statistic, biased: biased)! }));
    }

    [Fact]
    public void A_statistic_that_no_operator_computes_steps_back_to_taps_with_a_notice()
    {
        using var network = CpuNetwork.Open(
            Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), 1,
            new ExplanationOptions { Strategy = ExplainStrategy.Operator, Statistic = Statistic.Create("shannon")! });

        Assert.Equal(ExplainStrategy.Taps, network.Strategy);
        Assert.Contains("no operator computes shannon", network.Notice);
    }

    [Fact]
    public void A_pass_allocates_nothing_and_tells_its_time()
    {
        using var network = CpuNetwork.Explain(
            Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), 1, new ExplanationOptions { Strategy = ExplainStrategy.Operator });
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var pixels = new byte[320 * 240 * 3 / 2];
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 320, 240);
            for (var i = 0; i < 3; i++)
                explainer.Explain(frame, FitRule.Crop, explanation);
            var (before, time) = (GC.GetAllocatedBytesForCurrentThread(), OperatorTime.Total);
            for (var i = 0; i < 20; i++)
                explainer.Explain(frame, FitRule.Crop, explanation);
            // With one thread, ONNX Runtime runs the operators on the caller's.
            var (allocated, spent) = (GC.GetAllocatedBytesForCurrentThread() - before, OperatorTime.Total - time);
            Assert.Equal(0, allocated);
            Assert.InRange(spent, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
        }
        Assert.Equal("operator", explainer.By);
    }

    [Theory]
    [InlineData(ExplainStrategy.Taps)]
    [InlineData(ExplainStrategy.Operator)]
    public void An_explanation_that_keeps_no_statistics_has_the_same_maps(ExplainStrategy by)
    {
        using var network = CpuNetwork.Explain(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), 2, new ExplanationOptions { Strategy = by });
        using var explainer = network.CreateExplainer();
        var (full, lean) = (network.CreateExplanation(), network.CreateExplanation(keepsStatistics: false));
        var pixels = new byte[320 * 240 * 3 / 2];
        new Random(1).NextBytes(pixels);
        fixed (byte* data = pixels)
        {
            explainer.Explain(I420.Packed(data, 320, 240), FitRule.Crop, full);
            explainer.Explain(I420.Packed(data, 320, 240), FitRule.Crop, lean);
        }

        Assert.Equal(5, full.Statistics.Count);
        Assert.All(full.Statistics, statistic => Assert.True(statistic.Max() > 0));
        Assert.Empty(lean.Statistics);
        Assert.Equal(full.Combined, lean.Combined);
        Assert.Equal(full.Normalised, lean.Normalised);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_image_of_a_batch_gets_its_own_map(int images)
    {
        var (file, _) = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Batch });
        var model = Model.Load(_folder.Write("net.onnx", file));
        var taps = model.ScaleEnds;
        using var options = new SessionOptions();
        OperatorDomain.AddTo(options);
        using var session = new InferenceSession(ModelTapping.AppendOperators(file, taps, Smoe, taps, model.Outputs), options);
        using var input = OrtValue.CreateTensorValueFromMemory(OperatorModel.Samples(images * 3 * Side * Side), [images, 3, Side, Side]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["image"], [input], [.. taps.Select(tap => tap.Name), .. taps.Select(OperatorNode.OutputOf)]);
        for (var i = 0; i < taps.Count; i++)
        {
            var tap = taps[i];
            var activations = outputs[i].GetTensorDataAsSpan<float>();
            var map = outputs[taps.Count + i].GetTensorDataAsSpan<float>();
            Assert.Equal([images, 1, tap.Height, tap.Width], outputs[taps.Count + i].GetTensorTypeAndShape().Shape);
            var expected = new float[tap.Pixels];
            for (var image = 0; image < images; image++)
            {
                SmoeScale.Compute(activations.Slice(image * tap.Channels * tap.Pixels, tap.Channels * tap.Pixels), tap.Channels, expected);
                Assert.Equal(expected, map.Slice(image * tap.Pixels, tap.Pixels));
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Each_operator_runs_right_behind_its_scale_end(string name)
    {
        var model = GeneratedNetworks.LoadSmall(name);

        ExecutionOrder.AssertEachRunsBehindItsScaleEnd(
            ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, Smoe, [], model.Outputs), GraphOptimizationLevel.ORT_ENABLE_ALL,
            model, _folder.Path);
    }

    [Fact]
    public void A_slot_has_maps_or_taps_and_says_which()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0.onnx"));
        using var byTaps = CpuNetwork.Open(model);
        using var byOperator = CpuNetwork.Open(model, explanation: new ExplanationOptions { Strategy = ExplainStrategy.Operator });
        using var taps = byTaps.CreateSlot();
        using var maps = byOperator.CreateSlot();

        Assert.Equal(112 * 112, maps.Map(0).Length);
        Assert.Throws<InvalidOperationException>(() => taps.Map(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => maps.Export(0).Length);
    }
}
