using FastCam.Onnx.Graph;
using FastCam.Onnx.Operator;
using FastCam.Tests.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

/// <summary>What goes wrong in a callback is the pass's error, never the process's end.</summary>
public sealed class OperatorFaultTests
{
    [Fact]
    public void A_tensor_that_is_no_image_fails_the_pass_in_a_sentence_and_not_the_process()
    {
        var builder = new OnnxBuilder(8);
        builder.Node("Flatten", [builder.Relu("image")], 3, "flat");
        using var session = OperatorModel.Open(OperatorModel.Attach(builder.Build("flat"), OperatorModel.Node(OperatorNode.Planar, "flat")));

        var error = Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Run(session));

        Assert.Contains("a statistic is taken of a tensor of 4 dimensions, and this has 2", error.Message);
        Assert.Contains("of 4 dimensions", Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Run(session)).Message);
    }

    [Theory]
    [InlineData("epsilon")]
    [InlineData("statistic")]
    public void An_attribute_that_is_missing_fails_the_opening_in_a_sentence(string name)
    {
        var builder = new OnnxBuilder(8);
        builder.Relu("image", "active");
        var node = OperatorModel.Node(OperatorNode.Planar, "active");
        node.Attribute.Remove(node.Attribute.Single(attribute => attribute.Name == name));

        Assert.Contains(name, Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Open(OperatorModel.Attach(builder.Build("active"), node))).Message);
    }

    [Theory]
    [InlineData("shannon", "no operator computes the statistic shannon")]
    [InlineData("nonsense", "no operator computes the statistic nonsense")]
    public void A_statistic_that_there_is_no_operator_for_fails_the_opening_in_a_sentence(string statistic, string says)
    {
        var builder = new OnnxBuilder(8);
        builder.Relu("image", "active");
        var node = OperatorModel.Node(OperatorNode.Planar, "active");
        node.Attribute.Single(attribute => attribute.Name == "statistic").S = ByteString.CopyFromUtf8(statistic);

        Assert.Contains(says, Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Open(OperatorModel.Attach(builder.Build("active"), node))).Message);
    }

    [Fact]
    public void Blocks_that_do_not_fit_the_tensor_fail_the_pass_in_a_sentence()
    {
        var builder = new OnnxBuilder(8);
        builder.Relu("image", "active");
        using var session = OperatorModel.Open(
            OperatorModel.Attach(
                builder.Build("active"),
                OperatorModel.Node(OperatorNode.InBlocks, "active", OnnxAttribute.Create("channels", 3), OnnxAttribute.Create("block", 8))));

        Assert.Contains("3 channels in blocks of 8 do not make a tensor of 3", Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Run(session)).Message);
    }

    [Fact]
    public void An_exception_in_a_share_of_the_work_fails_the_pass_in_a_sentence()
    {
        const int Uint8 = 2;
        var builder = new OnnxBuilder(64);
        builder.Node("Cast", ["image"], 3, "bytes", OnnxAttribute.Create("to", Uint8));
        using var session = OperatorModel.Open(
            OperatorModel.Attach(
                builder.Build(builder.Relu("image")),
                OperatorModel.Node(OperatorNode.OfBytes, "bytes", OperatorModel.Bytes(scale: 0, zeroPoint: 0, channelsLast: false))));

        for (var i = 0; i < 3; i++)
            Assert.Contains("smoe cannot be taken of bytes in these steps", Assert.Throws<OnnxRuntimeException>(() => OperatorModel.Run(session, 64)).Message);
    }
}
