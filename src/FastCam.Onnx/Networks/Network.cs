using FastCam.Onnx.Heads;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Networks;

/// <summary>A model opened on an execution provider, with its scale ends tapped. One forward pass a call, 0 managed bytes.</summary>
public sealed class Network : IDisposable
{
    static int _openCount;

    readonly InferenceSession _session;
    readonly RunOptions _runOptions = new();

    int _owners = 1;

    /// <summary>DirectML takes one pass of a session at a time.</summary>
    readonly Lock _device = new();

    Network(InferenceSession session, Model model, ExplainableModel explainable, ExecutionProvider provider, int threads, OutputHead head)
    {
        Interlocked.Increment(ref _openCount);
        Threads = threads;
        Exports = explainable.Exports;
        _session = session;
        Model = model;
        Strategy = explainable.Strategy;
        Provider = provider;
        Head = head;
    }

    /// <summary>How many networks of this process are open, for tests of what a stream leaves behind.</summary>
    internal static int OpenCount => Volatile.Read(ref _openCount);

    /// <summary>Whether its last owner has disposed of it, for tests.</summary>
    internal bool IsClosed => Volatile.Read(ref _owners) <= 0;

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The tensors that leave each pass beside the scores.</summary>
    public IReadOnlyList<ScaleEnd> Exports { get; }

    /// <summary>Where the layer statistics are computed: as asked, or what it was stepped back to, which <see cref="Notice"/> then says.</summary>
    public ExplainStrategy Strategy { get; }

    /// <summary>Where it runs.</summary>
    public ExecutionProvider Provider { get; }

    /// <summary>Threads in a pass, as asked: 0 is ONNX Runtime's own choice.</summary>
    public int Threads { get; }

    /// <summary>What a person should know about the choice of provider and of the explain strategy, if anything.</summary>
    public string? Notice { get; private set; }

    /// <summary>How its outputs are read.</summary>
    public OutputHead Head { get; }

    /// <summary>Opens a model as it is, without taps: what an explanation's cost is measured against.</summary>
    /// <param name="model">The model.</param>
    /// <param name="provider">Where to run it.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public static Network OpenBare(Model model, ExecutionProvider provider, int threads = 0) =>
        Open(model, new ExplainableModel(model.Bytes, ExplainStrategy.Taps, []), provider, threads, ModelCache.Default);

    /// <summary>Opens a session.</summary>
    /// <param name="model">The model.</param>
    /// <param name="explainable">The same with what explains it put in.</param>
    /// <param name="provider">Where to run it.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <param name="cache">Where a provider may keep what it builds.</param>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    internal static Network Open(Model model, ExplainableModel explainable, ExecutionProvider provider, int threads, ModelCache cache) =>
        OnnxRuntimeErrors.Translate(model.FilePath, () =>
    {
        using var options = SessionOptionsFactory.CreateForPasses(explainable.Optimisation, threads, model.FilePath, model.FreeDimensions);
        provider.AppendTo(options, () => cache.EnginesOf(explainable.Bytes));
        if (explainable.Strategy is ExplainStrategy.Operator or ExplainStrategy.Blocked)
            OperatorDomain.AddTo(options);
        var session = new InferenceSession(explainable.Bytes, options);
        try
        {
            return new Network(session, model, explainable, provider, threads, OutputHead.Create(model, session.OutputMetadata));
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <summary>Puts a sentence before the <see cref="Notice"/>.</summary>
    internal void Say(string sentence) => Notice = Notice is null ? sentence : $"{sentence} {Notice}";

    /// <summary>A tensor's place among the <see cref="Exports"/>.</summary>
    /// <exception cref="InvalidOperationException">The network was not opened for it.</exception>
    public int ExportOf(ScaleEnd end)
    {
        for (var i = 0; i < Exports.Count; i++)
        {
            if (Exports[i].Name == end.Name)
                return i;
        }
        throw new InvalidOperationException($"{Model.Name} was not opened for {end.Name}.");
    }

    /// <summary>Memory for one pass, bound to the session once.</summary>
    /// <exception cref="ModelException">ONNX Runtime cannot provide it.</exception>
    public NetworkSlot CreateSlot() => CreateSlot(rebinds: Provider != ExecutionProvider.Cpu);

    internal NetworkSlot CreateSlot(bool rebinds)
    {
        // To bind an input to a device is to copy it there.
        using (Provider == ExecutionProvider.Cpu ? default : _device.EnterScope())
            return OnnxRuntimeErrors.Translate(Model.FilePath, () => new NetworkSlot(_session.CreateIoBinding(), this, rebinds));
    }

    /// <summary>One forward pass: reads the slot's input, fills its exports and scores.</summary>
    /// <exception cref="ModelException">The pass failed.</exception>
    public void Run(NetworkSlot slot)
    {
        try
        {
            if (Provider == ExecutionProvider.Cpu)
            {
                Pass(slot);
            }
            else
            {
                lock (_device)
                    Pass(slot);
            }
        }
        catch (Exception e) when (e is OnnxRuntimeException or OperatorException)
        {
            throw new ModelException(ModelFault.Unsupported, $"The forward pass of {Model.Name} failed: {OnnxRuntimeErrors.Shorten(e.Message)}.", e);
        }
    }

    void Pass(NetworkSlot slot)
    {
        slot.TakeInput();
        _session.RunWithBinding(_runOptions, slot.Binding);
    }

    /// <summary>Makes one owner more: the session is closed when each has disposed of the network, once.</summary>
    internal Network Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) != 0)
            return;
        _runOptions.Dispose();
        _session.Dispose();
        Interlocked.Decrement(ref _openCount);
    }
}
