using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Runtime;

/// <summary>Native memory for the input, the taps and the scores of one pass, bound to the session once, so that a pass allocates nothing.</summary>
public sealed unsafe class NetworkSlot : IDisposable
{
    const int CacheLine = 64;

    readonly List<(OrtValue Value, nint Memory, int Length)> _tensors = [];
    readonly int _scores;

    internal NetworkSlot(OrtIoBinding binding, Network network)
    {
        Binding = binding;
        var input = network.Model.Input;
        binding.BindInput(input.Name, Allocate([1, 3, input.Height, input.Width]));
        foreach (var tap in network.Model.Taps) binding.BindOutput(tap.Name, Allocate([1, tap.Channels, tap.Height, tap.Width]));
        if (network.Classes == 0) return;
        _scores = _tensors.Count;
        binding.BindOutput(network.Model.Output, Allocate(network.ScoresShape));
    }

    /// <summary>The input tensor, 3 × height × width.</summary>
    public Span<float> Input => Memory(0);

    /// <summary>The class scores; empty where the network has none.</summary>
    public ReadOnlySpan<float> Scores => _scores == 0 ? [] : Memory(_scores);

    internal OrtIoBinding Binding { get; }

    /// <summary>A tap's activations after a pass, channels × height × width.</summary>
    /// <param name="layer">Its place, 0 for the finest.</param>
    public ReadOnlySpan<float> Tap(int layer) => Memory(1 + layer);

    /// <inheritdoc/>
    public void Dispose()
    {
        Binding.Dispose();
        foreach (var (value, memory, _) in _tensors)
        {
            value.Dispose();
            NativeMemory.AlignedFree((void*)memory);
        }
        _tensors.Clear();
    }

    Span<float> Memory(int tensor) => new((void*)_tensors[tensor].Memory, _tensors[tensor].Length);

    OrtValue Allocate(long[] shape)
    {
        var length = checked((int)shape.Aggregate(1L, (product, size) => checked(product * size)));
        var bytes = (nuint)length * sizeof(float);
        var memory = (nint)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear((void*)memory, bytes);
        var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, memory, (long)bytes);
        _tensors.Add((value, memory, length));
        return value;
    }
}
