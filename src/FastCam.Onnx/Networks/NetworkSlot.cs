using System.Runtime.InteropServices;
using System.Text;
using FastCam.Onnx.Input;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OrtApi = FastCam.Onnx.Runtime.OrtApi;

namespace FastCam.Onnx.Networks;

/// <summary>Native memory for the input, the exports and the scores of one pass, bound to the session once, so that a pass allocates nothing.</summary>
public sealed unsafe class NetworkSlot : IDisposable
{
    const int CacheLine = 64;

    readonly List<(OrtValue Value, nint Memory, int Length)> _tensors = [];
    readonly int _exports;
    readonly int _maps;
    readonly int _scores;
    readonly InputType _inputType;
    readonly float[] _staging;
    readonly InputBinding? _again;

    /// <param name="binding">The session's.</param>
    /// <param name="network">The network.</param>
    /// <param name="rebinds">Whether each pass must be told of the input again, as on a device.</param>
    internal NetworkSlot(OrtIoBinding binding, Network network, bool rebinds)
    {
        Binding = binding;
        var input = network.Model.Input;
        _inputType = input.Type;
        _staging = input.Type == InputType.Float32 ? [] : new float[input.Length];
        var value = Allocate([.. input.Shape], ElementOf(input.Type));
        binding.BindInput(input.Name, value);
        if (rebinds)
            _again = new InputBinding(binding, input.Name, value);
        foreach (var end in network.Exports)
            binding.BindOutput(ModelTapping.OutputOf(end), Allocate([1, end.Channels, end.Height, end.Width]));
        _exports = network.Exports.Count;
        _maps = network.Strategy == ExplainStrategy.Taps ? 0 : _tensors.Count;
        if (_maps > 0)
        {
            foreach (var end in network.Model.ScaleEnds)
                binding.BindOutput(OperatorNode.OutputOf(end), Allocate([1, 1, end.Height, end.Width]));
        }
        if (network.Classes == 0)
        {
            // A pass must have an output: where nothing else leaves it, the model's own, in memory that ONNX Runtime provides.
            if (network.Exports.Count == 0 && _maps == 0)
                binding.BindOutputToDevice(network.Model.Output, OrtMemoryInfo.DefaultInstance);
            return;
        }
        _scores = _tensors.Count;
        binding.BindOutput(network.Model.Output, Allocate(network.ScoresShape));
    }

    /// <summary>The input's values, 3 × height × width in the input's layout, whatever type the network takes.</summary>
    public Span<float> Input => _inputType == InputType.Float32 ? Memory(0) : _staging;

    /// <summary>The class scores; empty where the network has none.</summary>
    public ReadOnlySpan<float> Scores => _scores == 0 ? [] : Memory(_scores);

    internal OrtIoBinding Binding { get; }

    /// <summary>A tensor that leaves the pass, channels × height × width.</summary>
    /// <param name="index">Its place in <see cref="Network.Exports"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not so many leave the pass.</exception>
    public ReadOnlySpan<float> Export(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _exports);
        return Memory(1 + index);
    }

    /// <summary>A layer's map after a pass, height × width.</summary>
    /// <param name="layer">Its place, 0 for the finest.</param>
    /// <exception cref="InvalidOperationException">The network explains by taps.</exception>
    public ReadOnlySpan<float> Map(int layer) =>
        _maps > 0 ? Memory(_maps + layer) : throw new InvalidOperationException("A network that explains by taps has no maps.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Binding.Dispose();
        _again?.Dispose();
        foreach (var (value, memory, _) in _tensors)
        {
            value.Dispose();
            NativeMemory.AlignedFree((void*)memory);
        }
        _tensors.Clear();
    }

    /// <summary>Hands the input over: converted where the network takes another type than float32, and bound again where that takes it to the device.</summary>
    internal void TakeInput()
    {
        ConvertInput();
        _again?.Bind();
    }

    void ConvertInput()
    {
        var memory = (void*)_tensors[0].Memory;
        switch (_inputType)
        {
            case InputType.Float16:
                var halves = new Span<Half>(memory, _staging.Length);
                for (var i = 0; i < halves.Length; i++)
                    halves[i] = (Half)_staging[i];
                break;
            case InputType.Uint8:
                var bytes = new Span<byte>(memory, _staging.Length);
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)Math.Clamp(_staging[i] + 0.5f, 0, 255);
                break;
        }
    }

    static TensorElementType ElementOf(InputType type) => type switch
    {
        InputType.Float16 => TensorElementType.Float16,
        InputType.Uint8 => TensorElementType.UInt8,
        _ => TensorElementType.Float,
    };

    Span<float> Memory(int tensor) => new((void*)_tensors[tensor].Memory, _tensors[tensor].Length);

    OrtValue Allocate(long[] shape, TensorElementType type = TensorElementType.Float)
    {
        var length = checked((int)shape.Aggregate(1L, (product, size) => checked(product * size)));
        var bytes = (nuint)length * (type switch { TensorElementType.Float => sizeof(float), TensorElementType.Float16 => (nuint)2, _ => 1 });
        var memory = (nint)NativeMemory.AlignedAlloc(bytes, CacheLine);
        NativeMemory.Clear((void*)memory, bytes);
        var value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, memory, (long)bytes);
        _tensors.Add((value, memory, length));
        return value;
    }
}

/// <summary>
/// An input that is bound again before each pass: on a device ONNX Runtime copies it when it is bound, and never again. 0 managed bytes, which the C# API's
/// own call cannot do: it encodes the name each time.
/// </summary>
sealed unsafe class InputBinding : IDisposable
{
    readonly OrtIoBinding _binding;
    readonly byte[] _encodedName;
    nint _native;

    /// <param name="binding">The slot's.</param>
    /// <param name="name">The input's name.</param>
    /// <param name="value">The input, in native memory.</param>
    public InputBinding(OrtIoBinding binding, string name, OrtValue value)
    {
        _binding = binding;
        _encodedName = Encoding.UTF8.GetBytes(name + '\0');
        var tensor = value.GetTensorTypeAndShape();
        var bytes = value.GetTensorMutableRawData();
        nint native;
        fixed (byte* memory = bytes)
        fixed (long* shape = tensor.Shape)
        {
            OrtApi.Check(
                OrtApi.CreateTensor(
                    OrtMemoryInfo.DefaultInstance.DangerousGetHandle(), memory, (nuint)bytes.Length, shape, (nuint)tensor.Shape.Length,
                    (int)tensor.ElementDataType, &native));
        }
        _native = native;
    }

    /// <summary>Lets the next pass see what the input holds now.</summary>
    /// <exception cref="OperatorException">ONNX Runtime cannot copy it.</exception>
    public void Bind()
    {
        fixed (byte* name = _encodedName)
            OrtApi.Check(OrtApi.BindInput(_binding.DangerousGetHandle(), name, _native));
    }

    public void Dispose()
    {
        if (_native != 0)
            OrtApi.ReleaseValue(_native);
        _native = 0;
    }
}
