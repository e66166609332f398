using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;

namespace FastCam.Tests.Operator;

/// <summary>Counts the bytes of the whole process, for the operator runs on ONNX Runtime's threads too: no other test may run beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

[Collection(AloneCollection.Name)]
public sealed unsafe class OperatorAllocationTests
{
    [Fact]
    public void A_pass_allocates_nothing_and_tells_its_time()
    {
        using var network = Network.Open(Model.Load(Repository.File("models", "efficientnet-lite0.onnx")), "cpu", 2, new ExplanationOptions { By = ExplainBy.Operator });
        using var explainer = new Explainer(network);
        var explanation = new FrameExplanation(network);
        var pixels = new byte[320 * 240 * 3 / 2];
        fixed (byte* data = pixels)
        {
            var frame = I420.Packed(data, 320, 240);
            for (var i = 0; i < 3; i++) explainer.Explain(frame, FitRule.Crop, explanation);
            var (before, time) = (GC.GetTotalAllocatedBytes(precise: true), OperatorDomain.Ticks);
            for (var i = 0; i < 20; i++) explainer.Explain(frame, FitRule.Crop, explanation);
            Assert.True(OperatorDomain.Ticks > time);
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20 * 100);
        }
        Assert.Equal("operator", explainer.By);
    }
}
