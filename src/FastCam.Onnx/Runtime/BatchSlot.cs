using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Runtime;

/// <summary>Memory for the inputs and the scores of one pass of a <see cref="BatchClassifier"/>, bound to it once. One thread at a time.</summary>
public sealed class BatchSlot : IDisposable
{
    readonly InputType _type;
    readonly float[] _values;
    readonly int _classes;
    readonly OrtValue _input;
    readonly OrtValue _scores;
    readonly InputBinding? _again;

    internal BatchSlot(OrtIoBinding binding, BatchClassifier classifier)
    {
        Binding = binding;
        var model = classifier.Network.Model;
        _type = model.Input.Type;
        _values = new float[checked(classifier.Batch * model.Input.Length)];
        _classes = classifier.Network.Classes;
        Count = classifier.Batch;
        _input = Allocate(_type switch { InputType.Float16 => TensorElementType.Float16, InputType.Uint8 => TensorElementType.UInt8, _ => TensorElementType.Float }, model.Input.Shape);
        _scores = Allocate(TensorElementType.Float, classifier.Network.ScoresShape);
        binding.BindInput(model.Input.Name, _input);
        if (classifier.Network.Provider != ExecutionProvider.Cpu) _again = new InputBinding(binding, model.Input.Name, _input);
        binding.BindOutput(model.Output, _scores);
    }

    /// <summary>Inputs in a pass.</summary>
    public int Count { get; }

    internal OrtIoBinding Binding { get; }

    /// <summary>One input's values, 3 × height × width in the input's layout, whatever type the network takes.</summary>
    public Span<float> Input(int index) => _values.AsSpan(index * (_values.Length / Count), _values.Length / Count);

    /// <summary>One input's class scores, after a pass.</summary>
    public ReadOnlySpan<float> Scores(int index) => _scores.GetTensorDataAsSpan<float>().Slice(index * _classes, _classes);

    /// <inheritdoc/>
    public void Dispose()
    {
        Binding.Dispose();
        _again?.Dispose();
        _input.Dispose();
        _scores.Dispose();
    }

    /// <summary>Hands the inputs over: converted, and bound again where that takes them to the device.</summary>
    internal void TakeInputs()
    {
        ConvertInputs();
        _again?.Bind();
    }

    void ConvertInputs()
    {
        switch (_type)
        {
            case InputType.Float32:
                _values.CopyTo(_input.GetTensorMutableDataAsSpan<float>());
                break;
            case InputType.Float16:
                var halves = _input.GetTensorMutableDataAsSpan<Float16>();
                for (var i = 0; i < halves.Length; i++) halves[i] = (Float16)_values[i];
                break;
            case InputType.Uint8:
                var bytes = _input.GetTensorMutableDataAsSpan<byte>();
                for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)Math.Clamp(_values[i] + 0.5f, 0, 255);
                break;
        }
    }

    /// <summary>A tensor of as many of these as the batch has.</summary>
    OrtValue Allocate(TensorElementType type, IReadOnlyList<long> one) =>
        OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [one[0] * Count, .. one.Skip(1)]);
}
