using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Tests.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Tests.Operator;

/// <summary>An input that is bound again before each pass, as devices need it.</summary>
public sealed class InputBindingTests
{
    [Fact]
    public void The_last_that_is_bound_is_what_the_pass_sees()
    {
        var builder = new OnnxBuilder(2);
        using var session = new InferenceSession(builder.Build(builder.Relu("image", "active")));
        using var binding = session.CreateIoBinding();
        using var output = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, 3, 2, 2]);
        binding.BindOutput("active", output);
        using OrtValue first = Filled(1), second = Filled(2);
        using InputBinding one = new(binding, "image", first), two = new(binding, "image", second);
        using var options = new RunOptions();
        foreach (var (input, value) in new[] { (one, 1f), (two, 2f), (one, 1f) })
        {
            input.Bind();
            session.RunWithBinding(options, binding);
            Assert.All(output.GetTensorDataAsSpan<float>().ToArray(), seen => Assert.Equal(value, seen));
        }
    }

    [Fact]
    public void A_slot_that_binds_again_says_what_another_says_and_allocates_nothing()
    {
        using var network = CpuNetwork.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), 1);
        using NetworkSlot once = network.CreateSlot(rebinds: false), again = network.CreateSlot(rebinds: true);
        for (var pass = 0; pass < 3; pass++)
        {
            OperatorModel.Samples(once.Input.Length + pass).AsSpan(pass).CopyTo(once.Input);
            once.Input.CopyTo(again.Input);
            network.Run(once);
            network.Run(again);
            Assert.Equal(once.Scores, again.Scores);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var pass = 0; pass < 20; pass++)
            network.Run(again);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>What is released twice is somebody else's by then: the process ends, sooner or later.</summary>
    [Fact]
    public void A_slot_may_be_disposed_twice()
    {
        using var network = CpuNetwork.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), 1);
        for (var time = 0; time < 20; time++)
        {
            var slot = network.CreateSlot(rebinds: true);
            network.Run(slot);
            slot.Dispose();
            using var next = network.CreateSlot(rebinds: true);
            slot.Dispose();
            network.Run(next);
            Assert.True(next.Scores.Length > 0);
        }
    }

    static OrtValue Filled(float value)
    {
        var tensor = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [1, 3, 2, 2]);
        tensor.GetTensorMutableDataAsSpan<float>().Fill(value);
        return tensor;
    }
}
