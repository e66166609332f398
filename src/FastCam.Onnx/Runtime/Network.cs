using System.Diagnostics.CodeAnalysis;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.ScaleEnds;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastCam.Onnx.Runtime;

/// <summary>A model opened on an execution provider, with its scale ends tapped. One forward pass a call, 0 managed bytes.</summary>
public sealed class Network : IDisposable
{
    static int _openCount;

    readonly InferenceSession _session;
    readonly RunOptions _runOptions = new();

    int _isClosed;

    /// <summary>DirectML takes one pass of a session at a time.</summary>
    readonly Lock _device = new();

    Network(InferenceSession session, Model model, ExplainableModel explainable, ExecutionProvider provider, int threads, long[] scoresShape)
    {
        Interlocked.Increment(ref _openCount);
        Threads = threads;
        Exports = explainable.Exports;
        _session = session;
        Model = model;
        Strategy = explainable.Strategy;
        Provider = provider;
        ScoresShape = scoresShape;
        Classes = (int)scoresShape.Aggregate(scoresShape.Length == 0 ? 0L : 1L, (product, size) => product * size);
    }

    /// <summary>How many networks of this process are open, for tests of what a stream leaves behind.</summary>
    internal static int OpenCount => Volatile.Read(ref _openCount);

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

    /// <summary>Scores in the output; 0 when it has no fixed number.</summary>
    public int Classes { get; }

    internal long[] ScoresShape { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="provider">A provider's name, or <c>auto</c>: the first that works, the CPU in the end.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <param name="explanation">What is to be explained, and where: it decides which tensors leave the pass.</param>
    /// <param name="cache">Where rewritten models are kept; null for the user's.</param>
    /// <param name="selfCheck">Whether what it says is held against the CPU's. Where they differ it is opened on the CPU by taps,
    /// which <see cref="Notice"/> then says.</param>
    /// <exception cref="ModelException">Unknown or missing provider, ONNX Runtime refuses the model, or the model lacks what the
    /// explanation needs.</exception>
    public static Network Open(
        Model model, string provider = "auto", int threads = 0, ExplanationOptions? explanation = null, ModelCache? cache = null,
        SelfCheck selfCheck = SelfCheck.Auto)
    {
        var kept = cache ?? ModelCache.Default;
        var opening = new NetworkOpening(explanation ?? new ExplanationOptions(), selfCheck, (chosen, options) =>
            new ExplainableNetwork(model, options, chosen, kept, explainable => Open(model, explainable, chosen, threads, kept)).Open());
        return opening.Open(ExecutionProvider.Choose(provider), auto: provider.Equals("auto", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Opens a model as it is, without taps: what an explanation's cost is measured against.</summary>
    /// <param name="model">The model.</param>
    /// <param name="provider">Where to run it.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public static Network OpenBare(Model model, ExecutionProvider provider, int threads = 0) =>
        Open(model, new ExplainableModel(model.Bytes, ExplainStrategy.Taps, []), provider, threads, ModelCache.Default);

    /// <summary>Opens the same model in the same place to explain by another strategy; this one, opened by taps, is what it is checked against.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    internal bool TryReopen(ExplanationOptions options, ModelCache cache, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? cause) =>
        new ExplainableNetwork(Model, options, Provider, cache, explainable => Open(Model, explainable, Provider, Threads, cache), this).TryOpen(
            options.Strategy, out network, out cause);

    static Network Open(Model model, ExplainableModel explainable, ExecutionProvider provider, int threads, ModelCache cache) =>
        OnnxRuntimeErrors.Translate(model.FilePath, () =>
    {
        using var options = SessionOptionsFactory.CreateForPasses(explainable.Optimisation, threads, model.FilePath, model.FreeDimensions);
        provider.AppendTo(options, () => cache.EnginesOf(explainable.Bytes));
        if (explainable.Strategy is ExplainStrategy.Operator or ExplainStrategy.Blocked)
            OperatorDomain.AddTo(options);
        var session = new InferenceSession(explainable.Bytes, options);
        var scores = session.OutputMetadata[model.Output];
        var classifies = model.Manifest.Task == ModelTask.Classification && scores.ElementDataType == TensorElementType.Float && IsVector(scores.Dimensions);
        return new Network(session, model, explainable, provider, threads, classifies ? [.. scores.Dimensions.Select(size => (long)size)] : []);
    });

    /// <summary>Puts a sentence before the <see cref="Notice"/>.</summary>
    internal void Say(string sentence) => Notice = Notice is null ? sentence : $"{sentence} {Notice}";

    /// <summary>One score a class: all dimensions but one are 1. Anything else is no classifier's output.</summary>
    static bool IsVector(int[] dimensions) => dimensions.Length > 0 && dimensions.All(size => size > 0) && dimensions.Count(size => size > 1) == 1;

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
    public NetworkSlot CreateSlot() => CreateSlot(rebinds: Provider != ExecutionProvider.Cpu);

    internal NetworkSlot CreateSlot(bool rebinds) => new(_session.CreateIoBinding(), this, rebinds);

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

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1)
            return;
        _runOptions.Dispose();
        _session.Dispose();
        Interlocked.Decrement(ref _openCount);
    }
}
