using System.Text;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using OrtApi = FastCam.Onnx.Runtime.OrtApi;

namespace FastCam.Onnx.Networks;

/// <summary>
/// Native memory for the input, the exports, the maps and the outputs of one pass, bound to the session once, so that a pass allocates nothing.
/// </summary>
public sealed class NetworkSlot : IDisposable
{
    readonly List<IDisposable> _kept = [];
    readonly NativeTensor _input;
    readonly NativeTensor[] _exports;
    readonly NativeTensor[] _maps;
    readonly HeadTensors _outputs;
    readonly OutputHead _head;
    readonly InputType _inputType;
    readonly float[] _staging;
    readonly InputBinding? _again;

    /// <param name="binding">The session's.</param>
    /// <param name="network">The network.</param>
    /// <param name="rebinds">Whether each pass must be told of the input again, as on a device.</param>
    internal NetworkSlot(OrtIoBinding binding, Network network, bool rebinds)
    {
        Binding = binding;
        _head = network.Head;
        var input = network.Model.Input;
        _inputType = input.Type;
        _staging = input.Type == InputType.Float32 ? [] : new float[input.Length];
        try
        {
            _input = Keep(new NativeTensor([.. input.Shape], ElementOf(input.Type)));
            binding.BindInput(input.Name, _input.Value);
            if (rebinds)
                _again = Keep(new InputBinding(binding, input.Name, _input.Value));
            _exports = [.. network.Exports.Select(end => Bind(ModelTapping.OutputOf(end), end.Channels, end))];
            _maps = network.Strategy == ExplainStrategy.Taps ? [] : [.. network.Model.ScaleEnds.Select(end => Bind(OperatorNode.OutputOf(end), 1, end))];
            _outputs = Keep(new HeadTensors(_head, binding));
            // A pass must have an output: where nothing else leaves it, the model's own, in memory that ONNX Runtime provides.
            if (_head.Outputs.Count + _exports.Length + _maps.Length == 0)
                binding.BindOutputToDevice(network.Model.Output, OrtMemoryInfo.DefaultInstance);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The input's values, 3 × height × width in the input's layout, whatever type the network takes.</summary>
    public Span<float> Input => _inputType == InputType.Float32 ? _input.Floats : _staging;

    /// <summary>The class scores, one a class, logits or probabilities as the model gives them; empty where the network is no classifier.</summary>
    public ReadOnlySpan<float> Scores => _head is ClassifierHead ? _outputs[0] : [];

    internal OrtIoBinding Binding { get; }

    /// <summary>Reads what the network's head says of the last pass. Allocates nothing.</summary>
    /// <param name="predictions">Filled.</param>
    public void Read(Predictions predictions) => _head.Read(_outputs, predictions);

    /// <summary>A tensor that leaves the pass, channels × height × width.</summary>
    /// <param name="index">Its place in <see cref="Network.Exports"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not so many leave the pass.</exception>
    public ReadOnlySpan<float> Export(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _exports.Length);
        return _exports[index].Floats;
    }

    /// <summary>A layer's map after a pass, height × width.</summary>
    /// <param name="layer">Its place, 0 for the finest.</param>
    /// <exception cref="InvalidOperationException">The network explains by taps.</exception>
    public ReadOnlySpan<float> Map(int layer) =>
        _maps.Length > 0 ? _maps[layer].Floats : throw new InvalidOperationException("A network that explains by taps has no maps.");

    /// <inheritdoc/>
    public void Dispose()
    {
        Binding.Dispose();
        foreach (var part in _kept)
            part.Dispose();
    }

    /// <summary>Hands the input over: converted where the network takes another type than float32, and bound again where that takes it to the device.</summary>
    internal void TakeInput()
    {
        ConvertInput();
        _again?.Bind();
    }

    void ConvertInput()
    {
        switch (_inputType)
        {
            case InputType.Float16:
                var halves = _input.Halves;
                for (var i = 0; i < halves.Length; i++)
                    halves[i] = (Half)_staging[i];
                break;
            case InputType.Uint8:
                var bytes = _input.Bytes;
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

    NativeTensor Bind(string output, int channels, ScaleEnd end)
    {
        var tensor = Keep(new NativeTensor([1, channels, end.Height, end.Width]));
        Binding.BindOutput(output, tensor.Value);
        return tensor;
    }

    /// <summary>Notes what is to be disposed with the slot.</summary>
    T Keep<T>(T part) where T : IDisposable
    {
        _kept.Add(part);
        return part;
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
