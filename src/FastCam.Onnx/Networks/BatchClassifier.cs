using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Networks;

/// <summary>
/// A classifier without taps, for many inputs at a time: as large a batch as asked for where the model leaves its batch open, one
/// where it does not. Many threads may run one classifier, each with its own <see cref="BatchSlot"/>.
/// </summary>
public sealed class BatchClassifier : IDisposable
{
    readonly InferenceSession _session;
    readonly RunOptions _runOptions = new();

    /// <param name="network">The network; says where to run. It must have classes.</param>
    /// <param name="batch">Inputs a pass, at least 1.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <exception cref="ModelException">The network has no classes, or ONNX Runtime refuses the model.</exception>
    public BatchClassifier(Network network, int batch, int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (network.Head is not ClassifierHead)
            throw new ModelException(ModelFault.Unsupported, $"{network.Model.FilePath} has no class scores; a classifier is wanted.");
        Network = network;
        Batch = network.Model.HasFreeBatch ? batch : 1;
        _session = Open(threads);
        if (Batch == 1 || TryOnce())
            return;
        // Some models leave the batch open and fix it within.
        _session.Dispose();
        Batch = 1;
        _session = Open(threads);
    }

    /// <summary>Inputs a pass.</summary>
    public int Batch { get; }

    /// <summary>The network that this is without its taps.</summary>
    public Network Network { get; }

    /// <summary>Memory for one pass.</summary>
    public BatchSlot CreateSlot() => new(_session.CreateIoBinding(), this);

    /// <summary>One forward pass: reads the slot's inputs, fills its scores.</summary>
    /// <exception cref="ModelException">The pass failed.</exception>
    public void Run(BatchSlot slot)
    {
        OnnxRuntimeErrors.Translate(Network.Model.FilePath, () =>
        {
            slot.TakeInputs();
            _session.RunWithBinding(_runOptions, slot.Binding);
            return slot;
        });
    }

    InferenceSession Open(int threads) => OnnxRuntimeErrors.Translate(Network.Model.FilePath, () =>
    {
        var model = Network.Model;
        var sizes = model.FreeDimensions.Select(size => size.Key == model.BatchDimension ? KeyValuePair.Create(size.Key, (long)Batch) : size);
        using var options = SessionOptionsFactory.CreateForPasses(GraphOptimizationLevel.ORT_ENABLE_ALL, threads, model.FilePath, sizes);
        Network.Provider.AppendTo(options, () => ModelCache.Default.EnginesOf(model.Bytes));
        return new InferenceSession(model.Bytes, options);
    });

    bool TryOnce()
    {
        try
        {
            using var slot = CreateSlot();
            Run(slot);
            return true;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runOptions.Dispose();
        _session.Dispose();
    }
}

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
        _classes = classifier.Network.Head.Classes;
        Count = classifier.Batch;
        _input = Allocate(
            _type switch { InputType.Float16 => TensorElementType.Float16, InputType.Uint8 => TensorElementType.UInt8, _ => TensorElementType.Float },
            model.Input.Shape);
        _scores = Allocate(TensorElementType.Float, classifier.Network.Head.Outputs[0].Shape);
        binding.BindInput(model.Input.Name, _input);
        if (classifier.Network.Provider != ExecutionProvider.Cpu)
            _again = new InputBinding(binding, model.Input.Name, _input);
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
                for (var i = 0; i < halves.Length; i++)
                    halves[i] = (Float16)_values[i];
                break;
            case InputType.Uint8:
                var bytes = _input.GetTensorMutableDataAsSpan<byte>();
                for (var i = 0; i < bytes.Length; i++)
                    bytes[i] = (byte)Math.Clamp(_values[i] + 0.5f, 0, 255);
                break;
        }
    }

    /// <summary>A tensor of as many of these as the batch has.</summary>
    OrtValue Allocate(TensorElementType type, IReadOnlyList<long> one) =>
        OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, [one[0] * Count, .. one.Skip(1)]);
}
