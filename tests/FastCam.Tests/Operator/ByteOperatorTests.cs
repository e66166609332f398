using FastCam.Onnx.Graph;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using FastCam.Tests.Saliency;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>The operator on the bytes of quantised networks.</summary>
public sealed class ByteOperatorTests : IDisposable
{
    static readonly Statistic Smoe = Statistic.Create("smoe")!;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_quantised_model_keeps_its_convolutions_of_bytes_and_each_operator_runs_right_behind_one()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx"));
        var bytes = ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, Smoe, [], model.Outputs);

        var (plain, explained) = (Optimised(model.Bytes), Optimised(bytes));
        Assert.Equal(model.ScaleEnds.Count, explained.Nodes.Count(node => node.OpType == OperatorNode.OfBytes));
        Assert.Equal(plain.Nodes.Select(node => node.OpType), explained.Nodes.Where(node => node.Domain != OperatorDomain.Name).Select(node => node.OpType));
        Assert.All(
            explained.Nodes.Where(node => node.Domain == OperatorDomain.Name),
            node => Assert.Equal("QLinearConv", explained.Nodes[explained.Producer(node.Input[0])].OpType));
        ExecutionOrder.AssertEachRunsBehindItsScaleEnd(bytes, GraphOptimizationLevel.ORT_ENABLE_ALL, model, _folder.Path);
    }

    OnnxGraph Optimised(byte[] file)
    {
        var path = _folder.File("optimised.onnx");
        using var options = new SessionOptions { OptimizedModelFilePath = path, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        OperatorDomain.AddTo(options);
        new InferenceSession(file, options).Dispose();
        return ModelReader.Read(File.ReadAllBytes(path), path);
    }

    [Theory]
    [InlineData(3, -100, false)]
    [InlineData(3, 7, true)]
    [InlineData(2, 0, false)]
    [InlineData(2, 120, true)]
    public void Bytes_of_either_sign_and_layout_are_explained(int type, int zeroPoint, bool channelsLast)
    {
        const int Channels = 24, Side = 9;
        var builder = new OnnxBuilder(Side, Channels);
        builder.Node("Cast", ["image"], Channels, "cast", OnnxAttribute.Create("to", type));
        var tensor = channelsLast ? builder.Node("Transpose", ["cast"], Channels, "last", OnnxAttribute.Create("perm", 0, 2, 3, 1)) : "cast";
        var isSigned = type == 3;
        var node = OperatorModel.Node(isSigned ? OperatorNode.OfSignedBytes : OperatorNode.OfBytes, tensor, OperatorModel.Bytes(0.1f, zeroPoint, channelsLast));
        var random = new Random(2);
        var values = new float[Channels * Side * Side];
        foreach (ref var value in values.AsSpan())
            value = random.Next(256) - (isSigned ? 128 : 0);
        using var session = OperatorModel.Open(OperatorModel.Attach(builder.Build(builder.Relu("image")), node));
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, Channels, Side, Side]);
        using var run = new RunOptions();
        using var maps = session.Run(run, ["image"], [input], ["map"]);

        var activations = Array.ConvertAll(values, value => Math.Max(value - zeroPoint, 0) * 0.1f);
        var map = maps[0].GetTensorDataAsSpan<float>();
        Assert.Equal(Side * Side, map.Length);
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var (smoe, mean) = Oracle.Smoe(activations, Channels, pixel, SmoeScale.DefaultEpsilon);
            Assert.Equal(smoe, map[pixel], 5e-6 * (mean + smoe));
        }
    }
}
