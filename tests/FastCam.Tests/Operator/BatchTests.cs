using FastCam.Lab.Generation;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Taps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>Batches of any size through the ways of explaining, each image held against the taps.</summary>
public sealed class BatchTests : IDisposable
{
    const int Side = 96;
    const int MostImages = 12;
    const int Batches = 15;
    const double Tolerance = 2e-6;

    static readonly ExplanationOptions Options = new();

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mobilenetv2", ExplainBy.Operator)]
    [InlineData("mobilenetv2", ExplainBy.Blocked)]
    [InlineData("mobilenetv2", ExplainBy.Nodes)]
    [InlineData("resnet18", ExplainBy.Operator)]
    [InlineData("resnet18", ExplainBy.Blocked)]
    [InlineData("resnet18", ExplainBy.Nodes)]
    public void Each_image_of_a_batch_of_any_size_is_explained_as_by_taps(string name, ExplainBy by)
    {
        Assert.SkipWhen(by == ExplainBy.Blocked && BlockedLayout.ChannelsInBlock == 0, "ONNX Runtime has no blocked layout on this processor.");
        var (file, _) = GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Batch });
        var model = Model.Load(_folder.Write("net.onnx", file));
        using var byTaps = Open(ExplainableModel.ByTaps(model, Options));
        using var inAnotherWay = Open(by switch
        {
            ExplainBy.Operator => ExplainableModel.ByOperator(model, Options),
            ExplainBy.Nodes => ExplainableModel.ByNodes(model, Options),
            _ => new ExplainableModel(InBlocks(model), ExplainBy.Blocked, []),
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Batches), Prop.ForAll(Gen.Choose(1, MostImages).ToArbitrary(), images =>
        {
            var input = OperatorModel.Samples(images * model.Input.Length);
            var (tensors, maps) = (Run(byTaps, model, input, images, ModelTapping.OutputOf), Run(inAnotherWay, model, input, images, OperatorNode.OutputOf));
            for (var image = 0; image < images; image++)
            {
                var expected = Combine(model, layer => Smoe(tensors[layer], model.Taps[layer], image));
                var combined = Combine(model, layer => [.. maps[layer].Skip(image * model.Taps[layer].Pixels).Take(model.Taps[layer].Pixels)]);
                Assert.All(expected.Zip(combined), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
                Assert.True(expected.Max() - expected.Min() > 0.1, "a map that is all but constant shows nothing");
            }
        }));
    }

    static InferenceSession Open(ExplainableModel model)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = model.Optimisation, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, IntraOpNumThreads = 2 };
        OperatorDomain.AddTo(options);
        return new InferenceSession(model.Bytes, options);
    }

    /// <summary>As <see cref="BlockedModel.Make"/>, but with the batch left open.</summary>
    byte[] InBlocks(Model model)
    {
        var path = _folder.File("optimised.onnx");
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, OptimizedModelFilePath = path };
        OperatorDomain.AddTo(options);
        new InferenceSession(ExplainableModel.WithOperators(model, Options), options).Dispose();
        var rewritten = BlockedModel.Rewrite(File.ReadAllBytes(path), model.Taps);
        Assert.NotEmpty(rewritten);
        return rewritten;
    }

    static float[][] Run(InferenceSession session, Model model, float[] values, int images, Func<Tap, string> output)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, [images, .. model.Input.Shape.Skip(1)]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [model.Input.Name], [input], [.. model.Taps.Select(output)]);
        return [.. outputs.Select(tensor => tensor.GetTensorDataAsSpan<float>().ToArray())];
    }

    static float[] Smoe(float[] tensor, Tap tap, int image)
    {
        var (map, size) = (new float[tap.Pixels], tap.Channels * tap.Pixels);
        SmoeScale.Compute(tensor.AsSpan(image * size, size), tap.Channels, map);
        return map;
    }

    static float[] Combine(Model model, Func<int, float[]> statistic)
    {
        var maps = Enumerable.Range(0, model.Taps.Count).Select(statistic).ToArray();
        foreach (var map in maps) GaussNormalisation.Apply(map, map);
        var combined = new float[model.Input.Size.Pixels];
        new ScaleCombination([.. model.Taps.Select(tap => new MapSize(tap.Width, tap.Height))], model.Input.Size, [.. model.Taps.Select(_ => 1f)]).Combine(maps, combined);
        return combined;
    }
}
