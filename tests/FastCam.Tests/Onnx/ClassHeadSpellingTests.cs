using System.Runtime.InteropServices;
using FastCam.Onnx;
using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Graph.Proto;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using static FastCam.Onnx.Graph.OnnxAttribute;
using static FastCam.Tests.Onnx.HeadModel;

namespace FastCam.Tests.Onnx;

/// <summary>
/// One linear end in every way in which exporters write it. Each must give the gradient that the network shows when its activations
/// are moved.
/// </summary>
public sealed class ClassHeadSpellingTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly Dictionary<string, Func<HeadModel, string>> Heads = new()
    {
        ["GlobalAveragePool Flatten Gemm"] = net => Gemm(net, net.Node("Flatten", [Pool(net)])),
        ["ReduceMean without its axes kept"] = net => Gemm(net, net.Node("ReduceMean", [net.Activation], Create("axes", 2L, 3L), Create("keepdims", 0))),
        ["ReduceMean over negative axes, Reshape"] = net => Gemm(
            net, net.Node("Reshape", [net.Node("ReduceMean", [net.Activation], Create("axes", -1L, -2L)), net.Integers(0, -1)])),
        ["AveragePool of the whole map, Squeeze"] = net => Gemm(
            net, net.Node("Squeeze", [net.Node("AveragePool", [net.Activation], Create("kernel_shape", Height, (long)Width)), net.Integers(2, 3)])),
        ["Pooling twice"] = net => Gemm(net, net.Node("Flatten", [net.Node("GlobalAveragePool", [Pool(net)])])),
        ["Dropout, Identity"] = net => Gemm(net, net.Node("Identity", [net.Node("Dropout", [net.Node("Flatten", [Pool(net)])])])),
        ["Identity before the pooling"] = net => Gemm(net, net.Node("Flatten", [net.Node("GlobalAveragePool", [net.Node("Identity", [net.Activation])])])),
        ["Gemm untransposed, with alpha, beta and a bias"] = net => net.Node(
            "Gemm", [Features(net), net.Floats([Channels, Classes], Values(byClass: false)), net.Floats([Classes], 1, 2, 3, 4)], Create("alpha", 0.5f),
            Create("beta", 2f)),
        ["Gemm of a transposed column"] = net => net.Node(
            "Gemm", [net.Node("Reshape", [Pool(net), net.Integers(Channels, 1)]), net.Floats([Classes, Channels], Values(byClass: true))], Create("transA", 1),
            Create("transB", 1)),
        ["MatMul"] = net => net.Node("MatMul", [Features(net), net.Floats([Channels, Classes], Values(byClass: false))]),
        ["MatMul Add"] = net => net.Node(
            "Add", [net.Floats([Classes], 4, 3, 2, 1), net.Node("MatMul", [Features(net), net.Floats([Channels, Classes], Values(byClass: false))])]),
        ["1×1 Conv Flatten"] = net => net.Node("Flatten", [Conv(net)]),
        ["1×1 Conv Squeeze Softmax"] = net => net.Node("Softmax", [net.Node("Squeeze", [Conv(net), net.Integers(2, 3)])], Create("axis", 1)),
        ["Gemm Softmax Reshape"] = net => net.Node("Reshape", [net.Node("Softmax", [Gemm(net, Features(net))]), net.Integers(-1)]),
        ["Features and scores scaled and shifted"] = net => net.Node(
            "Div", [net.Node("Mul", [net.Floats([], 3), Gemm(net, net.Node("Sub", [Features(net), net.Floats([Channels], 1, 2, 3)]))]), net.Floats([1], 0.5f)]),
        ["Weights in float_data"] = net => Gemm(
            net, Features(net), net.Constant(new TensorProto { DataType = 1, Dims = { Classes, Channels }, FloatData = { Values(byClass: true) } })),
        ["Weights of a Constant node"] = net => Gemm(
            net, Features(net),
            net.Node(
                "Constant", [],
                new AttributeProto
                {
                    Name = "value",
                    Type = 4,
                    T = new TensorProto { DataType = 1, Dims = { Classes, Channels }, FloatData = { Values(byClass: true) } }
                })),
        ["Weights transposed by a node"] = net => Gemm(
            net, Features(net), net.Node("Transpose", [net.Floats([Channels, Classes], Values(byClass: false))], Create("perm", 1L, 0L))),
        ["Weights of half precision, cast"] = net => Gemm(net, Features(net), net.Node("Cast", [Half16(net)], Create("to", 1))),
        ["A layer of half precision"] = net => net.Node(
            "Cast", [net.Node("Gemm", [net.Node("Cast", [Features(net)], Create("to", 10)), Half16(net)], Create("transB", 1))], Create("to", 1)),
        ["Weights quantised as one"] = net => Gemm(
            net, Features(net), net.Node("DequantizeLinear", [Bytes(net, 8), net.Floats([], 1 / 8f), net.Constant(3, [], [0])])),
        ["Weights quantised by class"] = net => Gemm(
            net, Features(net),
            net.Node(
                "DequantizeLinear",
                [Bytes(net, 8, 8, 16, 32), net.Floats([Classes], 1 / 8f, 1 / 8f, 1 / 16f, 1 / 32f), net.Constant(3, [Classes], [0, 0, 0, 0])],
                Create("axis", 0))),
    };

    public static TheoryData<string> Names => [.. Heads.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_what_moving_an_activation_shows(string name)
    {
        var net = new HeadModel();
        AssertIsTheGradient(net, Heads[name](net), name.Contains("half precision") ? 2e-3 : 2e-5);
    }

    [Fact]
    public void Channels_last_are_averaged_over_rows_and_columns()
    {
        var net = new HeadModel(channelsLast: true);
        var head = AssertIsTheGradient(net, Gemm(net, net.Node("ReduceMean", [net.Activation], Create("axes", 1L, 2L), Create("keepdims", 0))), 2e-5);

        Assert.Equal((Channels, Height, Width), (head.Activation.Channels, head.Activation.Height, head.Activation.Width));
    }

    [Fact]
    public void A_transpose_between_is_looked_through()
    {
        var net = new HeadModel(channelsLast: true);
        var pooled = net.Node("GlobalAveragePool", [net.Node("Transpose", [net.Activation], Create("perm", 0, 3, 1, 2))]);
        AssertIsTheGradient(net, Gemm(net, net.Node("Flatten", [net.Node("Transpose", [pooled], Create("perm", 0, 2, 3, 1))])), 2e-5);
    }

    [Fact]
    public void Rounding_counts_as_the_identity()
    {
        const int Uint16 = 4;
        var net = new HeadModel(operatorSet: 21);
        var (scale, zero) = (net.Floats([], 1 / 16384f), net.Constant(Uint16, [], [0, 0]));
        AssertIsTheGradient(net, Gemm(net, net.Node("DequantizeLinear", [net.Node("QuantizeLinear", [Features(net), scale, zero]), scale, zero])), 1e-3);
    }

    [Fact]
    public void From_operator_set_18_on_the_axes_are_an_input()
    {
        var net = new HeadModel(operatorSet: 18);
        AssertIsTheGradient(net, Gemm(net, net.Node("ReduceMean", [net.Activation, net.Integers(-2, -1)], Create("keepdims", 0))), 2e-5);
    }

    [Fact]
    public void Weights_beside_the_model_are_read()
    {
        var net = new HeadModel();
        _folder.Write("weights.bin", [1, 2, 3, 4, .. MemoryMarshal.AsBytes(Values(byClass: true).AsSpan())]);
        var outside = net.Constant(
            new TensorProto
            {
                DataType = 1,
                Dims = { Classes, Channels },
                DataLocation = 1,
                ExternalData = { Entry("location", "weights.bin"), Entry("offset", "4"), Entry("length", "48") }
            });

        AssertIsTheGradient(net, Gemm(net, Features(net), outside), 2e-5);
    }

    [Fact]
    public void Pooling_alone_makes_each_channel_a_class()
    {
        var net = new HeadModel();
        var head = AssertIsTheGradient(net, net.Node("Flatten", [net.Node("Mul", [Pool(net), net.Floats([], 2)])]), 2e-5);

        Assert.Equal(Channels, head.Classes);
        Assert.Equal([0, 2f / (Height * Width), 0], head.GradientOf(1).ToArray());
    }

    public static TheoryData<string> Refused => [.. Unfit.Keys];

    /// <summary>Ends that are not linear in the activations, or not in the way that is looked for; and what the sentence names.</summary>
    static readonly Dictionary<string, (Func<HeadModel, string> Build, string Names)> Unfit = new()
    {
        ["a non-linearity between"] = (net => Gemm(net, net.Node("Relu", [Features(net)])), "GlobalAveragePool, Flatten, Relu, Gemm"),
        ["two layers"] = (net => net.Node(
            "Gemm", [Gemm(net, Features(net)), net.Floats([Classes, Classes], new float[16])]), "GlobalAveragePool, Flatten, Gemm, Gemm"),
        ["the maximum"] = (net => Gemm(net, net.Node("Flatten", [net.Node("GlobalMaxPool", [net.Activation])])), "GlobalMaxPool, Flatten, Gemm"),
        ["an average of parts"] = (net => net.Node(
            "Gemm", [
                net.Node("Flatten", [net.Node("AveragePool", [net.Activation], Create("kernel_shape", 2L, 4L))]), net.Floats([12, Classes], new float[48])]),
            "come Flatten, Gemm, where"),
        ["an average over channels and columns"] = (net => net.Node(
            "ReduceMean", [net.Activation], Create("axes", 1L, 3L), Create("keepdims", 0)), "come ReduceMean, where"),
        ["no pooling"] = (net => net.Node(
            "Gemm", [net.Node("Flatten", [net.Activation]), net.Floats([60, Classes], new float[240])]), "come Flatten, Gemm, where"),
        ["a softmax of the features"] = (net => Gemm(net, net.Node("Softmax", [Features(net)])), "Softmax, Gemm"),
        ["each feature multiplied by another number"] = (net => Gemm(
            net, net.Node("Mul", [Features(net), net.Floats([Channels], 1, 2, 3)])), "Flatten, Mul, Gemm"),
        ["a convolution in groups"] = (net => net.Node(
            "Flatten", [net.Node("Conv", [Pool(net), net.Floats([6, 1, 1, 1], new float[6])], Create("group", 3))]), "GlobalAveragePool, Conv, Flatten"),
        ["more than one row of scores"] = (net => net.Node("Add", [Gemm(net, Features(net)), net.Floats([2, 1], 0, 1)]), "no score a class"),
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Other_ends_are_refused_by_name(string name)
    {
        var net = new HeadModel();
        var path = _folder.Write("head.onnx", net.Build(Unfit[name].Build(net)));

        var error = Assert.Throws<ModelException>(() => Model.Load(path).ClassHead);

        Assert.Equal(ModelFault.Unsupported, error.Fault);
        Assert.Contains(Unfit[name].Names, error.Message);
    }

    [Fact]
    public void A_damaged_file_gives_a_head_or_a_sentence()
    {
        var net = new HeadModel();
        var file = net.Build(Heads["Weights quantised by class"](net));
        var random = new Random(5);
        var sentences = 0;
        for (var trial = 0; trial < 400; trial++)
        {
            var damaged = file.ToArray();
            for (var i = random.Next(1, 4); i > 0; i--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                var head = Model.Load(_folder.Write("head.onnx", damaged)).ClassHead;
                Assert.Equal(head.Activation.Channels, head.GradientOf(head.Classes - 1).Length);
            }
            catch (ModelException e)
            {
                Assert.NotEmpty(e.Message);
                sentences++;
            }
        }
        Assert.InRange(sentences, 100, 399);
    }

    ClassHead AssertIsTheGradient(HeadModel net, string output, double tolerance)
    {
        const float Moved = 0.5f;
        var path = _folder.Write("head.onnx", net.Build(output));
        var model = Model.Load(path, options: new ModelOptions(Taps: [net.Activation]));
        var head = model.ClassHead;
        Assert.Equal(net.Activation, head.Activation.Name);
        using var network = CpuNetwork.Open(model);
        using var slot = network.CreateSlot();
        double[] Logits()
        {
            network.Run(slot);
            return [.. slot.Scores.ToArray().Select(score => model.HasProbabilities ? Math.Log(score) : score)];
        }

        Assert.Equal(head.Classes, slot.Scores.Length);
        for (var i = 0; i < slot.Input.Length; i++)
            slot.Input[i] = 0.25f + i % 7 * 0.125f;
        var before = Logits();
        for (var i = 0; i < slot.Input.Length; i++)
        {
            slot.Input[i] += Moved;
            var after = Logits();
            slot.Input[i] -= Moved;
            var channel = model.Input.Layout == InputLayout.Nhwc ? i % Channels : i / (Height * Width);
            // Behind a softmax logits are known up to a constant: the first one's.
            var origin = model.HasProbabilities ? after[0] - before[0] - Moved * head.GradientOf(0)[channel] : 0;
            for (var c = 0; c < head.Classes; c++)
                Assert.Equal((after[c] - before[c] - origin) / Moved, head.GradientOf(c)[channel], tolerance);
        }
        return head;
    }

    static string Pool(HeadModel net) => net.Node("GlobalAveragePool", [net.Activation]);

    static string Features(HeadModel net) => net.Node("Flatten", [Pool(net)]);

    static string Gemm(HeadModel net, string features) => Gemm(net, features, net.Floats([Classes, Channels], Values(byClass: true)));

    static string Gemm(HeadModel net, string features, string weights) => net.Node("Gemm", [features, weights], Create("transB", 1));

    static string Conv(HeadModel net) =>
        net.Node("Conv", [Pool(net), net.Floats([Classes, Channels, 1, 1], Values(byClass: true)), net.Floats([Classes], 1, -1, 2, -2)]);

    static string Half16(HeadModel net) =>
        net.Constant(
            new TensorProto
            {
                DataType = 10,
                Dims = { Classes, Channels },
                Int32Data = { Values(byClass: true).Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value)) }
            });

    /// <summary>The weights times a whole number a class, which all of them are then themselves.</summary>
    static string Bytes(HeadModel net, params int[] steps) =>
        net.Constant(3, [Classes, Channels], [.. Values(byClass: true).Select((value, i) => (byte)(sbyte)(value * steps[i / Channels % steps.Length]))]);

    static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };
}
