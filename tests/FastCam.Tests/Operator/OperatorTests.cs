using FastCam.Onnx.Explanation;
using FastCam.Onnx.Generation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;
using FastCam.Saliency;
using FastCam.Tests.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

public sealed unsafe class OperatorTests : IDisposable
{
    const int Side = 96;

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => GeneratedNetworks.Names;

    public static TheoryData<string> SharedModels => ["mobilenetv2-imagenet1001", "ssd-mobilenetv2-coco", "ssd-mobilenetv2-coco-int8", "squeezenet1.1-int8-qdq"];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_generated_network_is_explained_as_by_taps(string name)
    {
        Assert.Equal(ExplainBy.Operator, Explanations.AssertAgreesWithTaps(Generate(name), ExplainBy.Operator, threads: 2));
    }

    [Theory]
    [InlineData("efficientnet-lite0", 1)]
    [InlineData("efficientnet-lite0", 3)]
    [InlineData("efficientnet-lite0-int8", 2)]
    public void A_bundled_model_is_explained_as_by_taps(string name, int threads)
    {
        var model = Model.Load(Repository.File("models", $"{name}.onnx"));

        Assert.Equal(ExplainBy.Operator, Explanations.AssertAgreesWithTaps(model, ExplainBy.Operator, threads));
    }

    [Theory, MemberData(nameof(SharedModels))]
    public void A_foreign_model_is_explained_as_by_taps(string name)
    {
        var model = Model.Load(Shared.Path("models", $"{name}.onnx"));

        Assert.Equal(ExplainBy.Operator, Explanations.AssertAgreesWithTaps(model, ExplainBy.Operator, threads: 2));
    }

    [Fact]
    public void A_pass_allocates_nothing_and_tells_its_time()
    {
        using var network = Network.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), "cpu", 1, new ExplanationOptions { By = ExplainBy.Operator });
        using var explainer = new Explainer(network);
        var explanation = new FrameExplanation(network);
        var pixels = new byte[320 * 240 * 3 / 2];
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 320, 240);
            for (var i = 0; i < 3; i++) explainer.Explain(frame, FitRule.Crop, explanation);
            var (before, time) = (GC.GetAllocatedBytesForCurrentThread(), OperatorDomain.Ticks);
            for (var i = 0; i < 20; i++) explainer.Explain(frame, FitRule.Crop, explanation);
            Assert.True(OperatorDomain.Ticks > time);
            // With one thread, ONNX Runtime runs the operators on the caller's.
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal("operator", explainer.By);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_image_of_a_batch_gets_its_own_map(int images)
    {
        var (file, _) = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Batch });
        var model = Model.Load(_folder.Write("net.onnx", file));
        var taps = model.Taps;
        using var options = new SessionOptions();
        OperatorDomain.AddTo(options);
        using var session = new InferenceSession(ModelTapping.AppendOperators(file, taps, SmoeScale.DefaultEpsilon, taps, model.Outputs), options);
        using var input = OrtValue.CreateTensorValueFromMemory(Samples(images * 3 * Side * Side), [images, 3, Side, Side]);
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
        var model = Generate(name);

        ExecutionOrder.AssertEachRunsBehindItsScaleEnd(ModelTapping.AppendOperators(model.Bytes, model.Taps, SmoeScale.DefaultEpsilon, [], model.Outputs), GraphOptimizationLevel.ORT_ENABLE_ALL, model, _folder.Path);
    }

    [Fact]
    public void A_quantised_model_keeps_its_convolutions_of_bytes_and_each_operator_runs_right_behind_one()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx"));
        var bytes = ModelTapping.AppendOperators(model.Bytes, model.Taps, SmoeScale.DefaultEpsilon, [], model.Outputs);

        var (plain, explained) = (Optimised(model.Bytes), Optimised(bytes));
        Assert.Equal(model.Taps.Count, explained.Nodes.Count(node => node.OpType == OperatorNode.OfBytes));
        Assert.Equal(plain.Nodes.Select(node => node.OpType), explained.Nodes.Where(node => node.Domain != OperatorDomain.Name).Select(node => node.OpType));
        Assert.All(explained.Nodes.Where(node => node.Domain == OperatorDomain.Name), node => Assert.Equal("QLinearConv", explained.Nodes[explained.Producer(node.Input[0])].OpType));
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
        builder.Node("Cast", ["image"], Channels, "cast", OnnxAttribute.Of("to", type));
        var tensor = channelsLast ? builder.Node("Transpose", ["cast"], Channels, "last", OnnxAttribute.Of("perm", 0, 2, 3, 1)) : "cast";
        var isSigned = type == 3;
        var node = new NodeProto
        {
            Domain = OperatorDomain.Name,
            OpType = isSigned ? OperatorNode.OfSignedBytes : OperatorNode.OfBytes,
            Input = { tensor },
            Output = { "map" },
            Attribute = { OnnxAttribute.Of("epsilon", SmoeScale.DefaultEpsilon), OnnxAttribute.Of("scale", 0.1f), OnnxAttribute.Of("zero_point", zeroPoint), OnnxAttribute.Of("channels_last", channelsLast ? 1 : 0) },
        };
        var random = new Random(2);
        var values = new float[Channels * Side * Side];
        foreach (ref var value in values.AsSpan()) value = random.Next(256) - (isSigned ? 128 : 0);
        using var session = Open(Attach(builder.Build(builder.Relu("image")), node));
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, Channels, Side, Side]);
        using var run = new RunOptions();
        using var maps = session.Run(run, ["image"], [input], ["map"]);

        var expected = new float[Side * Side];
        SmoeScale.Compute(Array.ConvertAll(values, value => (value - zeroPoint) * 0.1f), Channels, expected);
        var map = maps[0].GetTensorDataAsSpan<float>();
        for (var i = 0; i < map.Length; i++) Assert.Equal(expected[i], map[i], 1e-6 * (1 + expected[i]));
    }

    [Fact]
    public void A_tensor_that_is_no_picture_fails_the_pass_in_a_sentence_and_not_the_process()
    {
        var builder = new OnnxBuilder(8);
        builder.Node("Flatten", [builder.Relu("image")], 3, "flat");
        using var session = Open(Attach(builder.Build("flat"), "flat"));

        var error = Assert.Throws<OnnxRuntimeException>(() => Run(session));

        Assert.Contains("a statistic is taken of a tensor of 4 dimensions, and this has 2", error.Message);
        Assert.Contains("of 4 dimensions", Assert.Throws<OnnxRuntimeException>(() => Run(session)).Message);
    }

    [Fact]
    public void An_attribute_that_is_missing_fails_the_opening_in_a_sentence()
    {
        var builder = new OnnxBuilder(8);
        builder.Relu("image", "active");

        Assert.Contains("epsilon", Assert.Throws<OnnxRuntimeException>(() => Open(Attach(builder.Build("active"), "active", withEpsilon: false))).Message);
    }

    [Fact]
    public void An_exception_in_a_share_of_the_work_fails_the_pass_in_a_sentence()
    {
        var builder = new OnnxBuilder(64);
        builder.Relu(builder.Conv("image", 64), "active");
        using var session = Open(Attach(builder.Build("active"), "active", epsilon: 2));

        Assert.Contains("epsilon must lie between", Assert.Throws<OnnxRuntimeException>(() => Run(session, 64)).Message);
    }

    [Fact]
    public void A_slot_has_maps_or_taps_and_says_which()
    {
        var model = Model.Load(Repository.File("models", "efficientnet-lite0.onnx"));
        using var byTaps = Network.Open(model, "cpu");
        using var byOperator = Network.Open(model, "cpu", explanation: new ExplanationOptions { By = ExplainBy.Operator });
        using var taps = byTaps.CreateSlot();
        using var maps = byOperator.CreateSlot();

        Assert.Equal(112 * 112, maps.Map(0).Length);
        Assert.Throws<InvalidOperationException>(() => taps.Map(0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => maps.Export(0).Length);
    }

    Model Generate(string name)
    {
        var side = name == "alexnet" ? 127 : Side;
        return Model.Load(_folder.Write($"{name}.onnx", GeneratedNetworks.Write(name, new GeneratorOptions { InputSize = side, Seed = 3 }).File));
    }

    /// <summary>A model with an operator on one of its tensors.</summary>
    static byte[] Attach(byte[] file, string tensor, bool withEpsilon = true, float epsilon = SmoeScale.DefaultEpsilon)
    {
        var node = new NodeProto { Domain = OperatorDomain.Name, OpType = OperatorNode.Planar, Name = "map", Input = { tensor }, Output = { "map" } };
        if (withEpsilon) node.Attribute.Add(OnnxAttribute.Of("epsilon", epsilon));
        return Attach(file, node);
    }

    static byte[] Attach(byte[] file, NodeProto node)
    {
        var graph = new MemoryStream();
        OnnxWriter.WriteField(graph, OnnxField.GraphNode, node.ToByteArray());
        OnnxWriter.WriteField(graph, OnnxField.GraphOutput, new ValueInfoProto { Name = "map" }.ToByteArray());
        var model = new MemoryStream();
        model.Write(file);
        OnnxWriter.WriteField(model, OnnxField.ModelGraph, graph.ToArray());
        OnnxWriter.WriteField(model, OnnxField.ModelOperatorSet, new OperatorSetIdProto { Domain = OperatorDomain.Name, Version = 1 }.ToByteArray());
        return model.ToArray();
    }

    static InferenceSession Open(byte[] file)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        OperatorDomain.AddTo(options);
        return new InferenceSession(file, options);
    }

    static void Run(InferenceSession session, int side = 8)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(Samples(3 * side * side), [1, 3, side, side]);
        using var run = new RunOptions();
        session.Run(run, ["image"], [input], ["map"]).Dispose();
    }

    static float[] Samples(int count)
    {
        var normal = new NormalSource(5);
        return [.. Enumerable.Range(0, count).Select(_ => (float)normal.Next())];
    }
}
