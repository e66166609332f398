using FastCam.Onnx.Graph;
using FastCam.Onnx.Operator;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Runtime;

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
        if (network.Classes == 0)
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
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            IntraOpNumThreads = threads,
        };
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        foreach (var (name, size) in Network.Model.FreeDimensions) options.AddFreeDimensionOverrideByName(name, name == Network.Model.BatchDimension ? Batch : size);
        ExternalData.Allow(options, Network.Model.FilePath);
        Network.Provider.AppendTo(options, () => ModelCache.Default.EnginesOf(Network.Model.Bytes));
        return new InferenceSession(Network.Model.Bytes, options);
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
