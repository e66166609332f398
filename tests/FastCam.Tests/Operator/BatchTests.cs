using FastCam.Lab.Generation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>Batches of any size through the explain strategies, each image held against the taps.</summary>
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
    [InlineData("mobilenetv2", ExplainStrategy.Operator)]
    [InlineData("mobilenetv2", ExplainStrategy.Blocked)]
    [InlineData("mobilenetv2", ExplainStrategy.Nodes)]
    [InlineData("resnet18", ExplainStrategy.Operator)]
    [InlineData("resnet18", ExplainStrategy.Blocked)]
    [InlineData("resnet18", ExplainStrategy.Nodes)]
    public void Each_image_of_a_batch_of_any_size_is_explained_as_by_taps(string name, ExplainStrategy by)
    {
        Assert.SkipWhen(by == ExplainStrategy.Blocked && BlockedLayout.ChannelsInBlock == 0, "ONNX Runtime has no blocked layout on this processor.");
        var (file, _) = GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Batch });
        var model = Model.Load(_folder.Write("net.onnx", file));
        using var byTaps = Open(ExplainableModel.Create(model, ExplainStrategy.Taps, Options.Statistic, hasClassMap: false));
        using var inAnotherWay = Open(by switch
        {
            ExplainStrategy.Blocked => new ExplainableModel(InBlocks(model), ExplainStrategy.Blocked, []),
            _ => ExplainableModel.Create(model, by, Options.Statistic, hasClassMap: false),
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Batches), Prop.ForAll(Gen.Choose(1, MostImages).ToArbitrary(), images =>
        {
            var input = OperatorModel.Samples(images * model.Input.Length);
            var (tensors, maps) = (Run(byTaps, model, input, images, ModelTapping.OutputOf), Run(inAnotherWay, model, input, images, OperatorNode.OutputOf));
            for (var image = 0; image < images; image++)
            {
                var expected = Combine(model, layer => Smoe(tensors[layer], model.ScaleEnds[layer], image));
                var combined = Combine(model, layer => [.. maps[layer].Skip(image * model.ScaleEnds[layer].Pixels).Take(model.ScaleEnds[layer].Pixels)]);
                Assert.All(expected.Zip(combined), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
                Assert.True(expected.Max() - expected.Min() > 0.1, "a map that is all but constant shows nothing");
            }
        }));
    }

    static InferenceSession Open(ExplainableModel model)
    {
        using var options =
            new SessionOptions
            {
                GraphOptimizationLevel = model.Optimisation,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
                IntraOpNumThreads = 2
            };
        OperatorDomain.AddTo(options);
        return new InferenceSession(model.Bytes, options);
    }

    /// <summary>As <see cref="BlockedModel.Make"/>, but with the batch left open.</summary>
    byte[] InBlocks(Model model)
    {
        var path = _folder.File("optimised.onnx");
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, OptimizedModelFilePath = path };
        OperatorDomain.AddTo(options);
        new InferenceSession(ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, Options.Statistic, [], model.Outputs), options).Dispose();
        var rewritten = BlockedModel.Rewrite(File.ReadAllBytes(path), model.ScaleEnds);
        Assert.NotEmpty(rewritten);
        return rewritten;
    }

    static float[][] Run(InferenceSession session, Model model, float[] values, int images, Func<ScaleEnd, string> output)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, [images, .. model.Input.Shape.Skip(1)]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, [model.Input.Name], [input], [.. model.ScaleEnds.Select(output)]);
        return [.. outputs.Select(tensor => tensor.GetTensorDataAsSpan<float>().ToArray())];
    }

    static float[] Smoe(float[] tensor, ScaleEnd tap, int image)
    {
        var (map, size) = (new float[tap.Pixels], tap.Channels * tap.Pixels);
        SmoeScale.Compute(tensor.AsSpan(image * size, size), tap.Channels, map);
        return map;
    }

    static float[] Combine(Model model, Func<int, float[]> statistic)
    {
        var maps = Enumerable.Range(0, model.ScaleEnds.Count).Select(statistic).ToArray();
        foreach (var map in maps)
            GaussNormalisation.Apply(map, map);
        var combined = new float[model.Input.Size.Pixels];
        new ScaleCombination(
            [.. model.ScaleEnds.Select(tap => new MapSize(tap.Width, tap.Height))], model.Input.Size, [.. model.ScaleEnds.Select(_ => 1f)]).Combine(
                maps, combined);
        return combined;
    }
}
