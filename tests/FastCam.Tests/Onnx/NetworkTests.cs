using FastCam.Onnx;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Imaging;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Onnx;

public sealed unsafe class NetworkTests
{
    static ExplainedNetwork Open(string provider) => ExplainedNetwork.Open(Default(), new NetworkOptions { Provider = provider });

    static Model Default() => Model.Load(Repository.File("models", "efficientnet-lite0.onnx"));

    [Fact]
    public void Taps_do_not_change_the_answer()
    {
        var model = Default();
        using var network = CpuNetwork.Open(model, threads: 1);
        using var slot = network.CreateSlot();
        var random = new Random(5);
        foreach (ref var value in slot.Input)
            value = (float)(random.NextDouble() * 2 - 1);
        network.Run(slot);

        using var options = new SessionOptions { IntraOpNumThreads = 1 };
        using var plain = new InferenceSession(model.FilePath, options);
        using var input = OrtValue.CreateTensorValueFromMemory(slot.Input.ToArray(), [1, 3, 224, 224]);
        using var results = plain.Run(new RunOptions(), ["input"], [input], ["logits"]);

        Assert.Equal(results[0].GetTensorDataAsSpan<float>().ToArray(), slot.Scores.ToArray());
        Assert.True(slot.Export(4).ContainsAnyExcept(0f));
    }

    [Fact]
    public void An_explanation_is_finite_within_range_and_allocates_nothing()
    {
        using var network = CpuNetwork.Explain(Default());
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var pixels = new byte[640 * 360 * 3 / 2];
        new Random(2).NextBytes(pixels);
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 640, 360);
            explainer.Explain(frame, FitRule.Crop, explanation);
            explainer.Explain(frame, FitRule.Crop, explanation);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
                explainer.Explain(frame, FitRule.Crop, explanation);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.All(explanation.Combined, value => Assert.InRange(value, 0f, 1f));
        Assert.True(explanation.Combined.Max() - explanation.Combined.Min() > 0.2f);
        Assert.Equal(new SourceRectangle(140, 0, 360, 360), explanation.Rectangle);
        Assert.Equal(5, explanation.Predictions.Classes.Length);
    }

    [Fact]
    public void An_unknown_provider_names_those_there_are()
    {
        var error = Assert.Throws<ModelException>(() => Open("tpu"));

        Assert.Equal(ModelFault.UnknownProvider, error.Fault);
        Assert.Contains("cuda, tensorrt, directml, coreml, cpu", error.Message);
    }

    [Fact]
    public void A_provider_that_this_build_lacks_is_refused_by_name_and_passed_over_by_auto()
    {
        Assert.SkipWhen(ExecutionProvider.All[0].IsAvailable, "this build of ONNX Runtime has CUDA");

        var error = Assert.Throws<ModelException>(() => Open("cuda"));
        Assert.Equal(ModelFault.ProviderUnavailable, error.Fault);

        using var network = Open("auto");
        Assert.Equal("cpu", network.Provider.Name);
        Assert.Contains("CPU", network.Notice);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Top_classes_are_those_of_a_sort(int classes)
    {
        var random = new Random(11);
        var scores = Enumerable.Range(0, classes).Select(_ => (float)(random.NextDouble() * 20 - 10)).ToArray();
        var top = new Prediction[5];

        var count = ClassScores.Top(scores, areProbabilities: false, top);

        var sum = scores.Sum(score => Math.Exp(score));
        var expected = scores.Select((score, index) => (index, probability: Math.Exp(score) / sum))
            .OrderByDescending(entry => entry.probability)
            .Take(5)
            .ToArray();
        Assert.Equal(Math.Min(5, classes), count);
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(expected[i].index, top[i].Class);
            Assert.Equal(expected[i].probability, top[i].Probability, 1e-6);
        }
    }

    [Fact]
    public void Ties_keep_class_order_and_not_a_number_comes_last()
    {
        var top = new Prediction[3];

        var count = ClassScores.Top([1, float.NaN, 1, 1], areProbabilities: true, top);

        Assert.Equal(3, count);
        Assert.Equal([0, 2, 3], top.Select(prediction => prediction.Class));
    }
}
