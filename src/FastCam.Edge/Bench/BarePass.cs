using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Edge.Bench;

/// <summary>The network as it is, and nothing else: what all else is measured against.</summary>
sealed class BarePass : IDisposable
{
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly FrameToTensor _transform;
    readonly TestFrame _frame;

    public BarePass(Model model, ExecutionProvider provider, int threads, TestFrame frame)
    {
        _network = Network.OpenBare(model, provider, threads);
        _slot = _network.CreateSlot();
        _frame = frame;
        _transform = TestFrame.TransformFor(model.Input);
        _transform.Apply(frame.View, _slot.Input);
    }

    /// <summary>One pass over the input as it is.</summary>
    public void Run() => _network.Run(_slot);

    /// <summary>One pass, in milliseconds. The frame is made the input before, untimed, so that the caches are as an explained pass finds them.</summary>
    public double Time()
    {
        _transform.Apply(_frame.View, _slot.Input);
        var start = Stopwatch.GetTimestamp();
        _network.Run(_slot);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose()
    {
        _slot.Dispose();
        _network.Dispose();
    }
}
