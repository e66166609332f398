using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>A network's pass over the test frame, and nothing done with what leaves it. Of the bare network it is what all else is measured against.</summary>
sealed class NetworkPass : IDisposable
{
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly FrameToTensor _transform;
    readonly TestFrame _frame;

    /// <param name="network">Disposed with the pass.</param>
    /// <param name="frame">What it looks at.</param>
    public NetworkPass(Network network, TestFrame frame)
    {
        _network = network;
        _slot = _network.CreateSlot();
        _frame = frame;
        _transform = TestFrame.TransformFor(network.Model.Input);
        _transform.Apply(frame.View, _slot.Input);
    }

    /// <summary>The network as it is.</summary>
    public static NetworkPass Bare(Model model, ExecutionProvider provider, int threads, TestFrame frame) => new(Network.OpenBare(model, provider, threads), frame);

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
