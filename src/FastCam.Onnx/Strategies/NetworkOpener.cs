using System.Diagnostics.CodeAnalysis;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// Opens a model as asked: on the first provider that starts and, where that is checked, says what the CPU says; by the strategy that was asked
/// for or, where that cannot be, the next best. What was stepped back from, and why, the network's notice says. It is not sealed, so that tests can
/// stand in for a device.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="options">Where and how.</param>
class NetworkOpener(Model model, NetworkOptions options)
{
    readonly ExplanationOptions _explanation = options.TunesStrategy ? options.Explanation with { Strategy = ExplainStrategy.Taps } : options.Explanation;

    /// <summary>Where rewritten models and chosen strategies are kept.</summary>
    public ModelCache Cache { get; } = options.Cache ?? ModelCache.Default;

    /// <summary>Opens it.</summary>
    /// <exception cref="ModelException">Unknown or missing provider, ONNX Runtime refuses the model, or the model lacks what the
    /// explanation needs.</exception>
    public Network Open() => Open(ExecutionProvider.Choose(options.Provider), auto: options.Provider.Equals("auto", StringComparison.OrdinalIgnoreCase));

    /// <param name="choices">The providers to try, in order.</param>
    /// <param name="auto">Whether they are ours and not a person's choice, so that a notice says which it was.</param>
    /// <exception cref="ModelException">The last of them does not start.</exception>
    public Network Open(IReadOnlyList<ExecutionProvider> choices, bool auto)
    {
        var notices = new List<string>();
        Network? cpu = null;
        foreach (var provider in choices)
        {
            // What the CPU says by taps is known to be right by now.
            if (cpu is not null && provider == ExecutionProvider.Cpu)
                break;
            if (TryOpen(provider, isLast: provider == choices[^1], notices) is not { } network)
                continue;
            if (!IsChecked(provider) || Fault(network, ref cpu, notices) is not { } fault)
            {
                cpu?.Dispose();
                if (auto)
                    NameProvider(provider, isOnly: choices.Count == 1, notices);
                return Say(network, notices);
            }
            network.Dispose();
            notices.Add(
                $"The self-check failed on {provider.Title}: {fault}. "
                + "Update its driver or ONNX Runtime, or trust it all the same by switching the self-check off.");
        }
        notices.Add("Running on the CPU by taps instead.");
        return Say(cpu!, notices);
    }

    /// <summary>Opens it in one place, by the strategy that is asked for or the next best.</summary>
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    protected virtual Network Open(ExecutionProvider provider, ExplanationOptions explanation)
    {
        string? reason = null;
        for (var strategy = explanation.Strategy; ; strategy = strategy == ExplainStrategy.Blocked ? ExplainStrategy.Operator : ExplainStrategy.Taps)
        {
            if (strategy == ExplainStrategy.Taps)
                return Say(OpenPlain(provider, ExplainStrategy.Taps), "taps", reason);
            if (TryOpen(provider, strategy, taps: null, out var network, out var cause))
                return Say(network, "the operator", reason);
            reason ??= cause;
        }
    }

    /// <summary>Opens it to explain by one strategy other than taps, and in no other.</summary>
    /// <param name="provider">Where.</param>
    /// <param name="strategy">The strategy.</param>
    /// <param name="taps">The same opened by taps, where it is already: what a blocked network is held against.</param>
    /// <param name="network">The network.</param>
    /// <param name="cause">Why it cannot be, as half a sentence.</param>
    public bool TryOpen(
        ExecutionProvider provider, ExplainStrategy strategy, Network? taps,
        [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? cause)
    {
        network = null;
        cause = KnownCause(provider, strategy);
        if (cause is not null)
            return false;
        if (strategy == ExplainStrategy.Blocked)
            return TryBlocked(provider, taps, out network, out cause);
        try
        {
            network = OpenPlain(provider, strategy);
            return true;
        }
        catch (ModelException e) when (e.Fault == ModelFault.Unsupported)
        {
            cause = $"{provider.Title} does not take the model with {(strategy == ExplainStrategy.Nodes ? "nodes" : "operators")} for it";
            return false;
        }
    }

    bool IsChecked(ExecutionProvider provider) =>
        options.SelfCheck == SelfCheck.On || options.SelfCheck == SelfCheck.Auto && provider != ExecutionProvider.Cpu;

    Network? TryOpen(ExecutionProvider provider, bool isLast, List<string> notices)
    {
        try
        {
            return Open(provider, _explanation);
        }
        catch (ModelException e) when (!isLast)
        {
            notices.Add($"{provider.Title} did not start ({OnnxRuntimeErrors.Shorten((e.InnerException ?? e).Message)}).");
            return null;
        }
    }

    string? Fault(Network network, ref Network? cpu, List<string> notices)
    {
        try
        {
            cpu ??= Open(ExecutionProvider.Cpu, _explanation with { Strategy = ExplainStrategy.Taps });
            return ProviderCheck.Fault(network, cpu, _explanation);
        }
        catch (ModelException e)
        {
            notices.Add($"{network.Provider.Title} is not self-checked, because the CPU cannot run the model: {e.Message}");
            return null;
        }
    }

    static void NameProvider(ExecutionProvider provider, bool isOnly, List<string> notices)
    {
        if (notices.Count > 0)
            notices.Add($"Running on {provider.Title}.");
        else if (isOnly && provider == ExecutionProvider.Cpu)
            notices.Add($"Running on the CPU: this build's ONNX Runtime {OnnxRuntimeLibrary.Version} has no provider for another device.");
    }

    /// <summary>Why a strategy is known to be impossible before anything is opened.</summary>
    string? KnownCause(ExecutionProvider provider, ExplainStrategy strategy)
    {
        var statistic = _explanation.Statistic;
        if (strategy == ExplainStrategy.Nodes)
        {
            if (!StandardNodes.Know(statistic))
                return $"no nodes of ONNX's own compute {statistic}";
            return OperatorSet.VersionOf(model.Bytes) is < StandardNodes.OldestOperatorSet and var version
                ? $"its nodes need operator set {StandardNodes.OldestOperatorSet} or later, and {model.Name} has {version}"
                : null;
        }
        if (provider != ExecutionProvider.Cpu)
            return $"operators run on the CPU, not on {provider.Title}";
        if (statistic is not PartStatistic)
            return $"no operator computes {statistic}";
        return strategy == ExplainStrategy.Blocked && BlockedLayout.ChannelsInBlock == 0
            ? $"ONNX Runtime {OnnxRuntimeLibrary.Version} has no blocked layout on this processor"
            : null;
    }

    bool TryBlocked(ExecutionProvider provider, Network? taps, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? cause)
    {
        var exports = LayerTensors.Exports(model, ExplainStrategy.Blocked, _explanation.Statistic, _explanation.ClassMap is not null);
        var key = BlockedModel.KeyOf(model, _explanation.Statistic, exports);
        if (Cache.Read(key) is { } kept && OpenRewritten(provider, kept, exports) is { } known)
            return IsRight(known, taps, out network, out cause);
        network = null;
        byte[] bytes;
        try
        {
            bytes = BlockedModel.Make(model, _explanation.Statistic, exports);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException or OperatorException or InvalidDataException)
        {
            cause = $"the model cannot be rewritten ({OnnxRuntimeErrors.Shorten(e.Message)})";
            return false;
        }
        if (bytes.Length == 0)
        {
            cause = $"ONNX Runtime keeps no scale end of {model.Name} in a blocked layout";
            return false;
        }
        if (OpenRewritten(provider, bytes, exports) is not { } made)
        {
            cause = "ONNX Runtime does not take the rewritten model";
            return false;
        }
        if (!IsRight(made, taps, out network, out cause))
            return false;
        if (Cache.Write(key, bytes) is { } unkept)
            network.Say($"The rewritten model is not kept for the next start ({unkept.TrimEnd('.')}); name another folder in {ModelCache.Variable}.");
        return true;
    }

    /// <summary>Null where ONNX Runtime does not take it.</summary>
    Network? OpenRewritten(ExecutionProvider provider, byte[] bytes, IReadOnlyList<ScaleEnd> exports)
    {
        try
        {
            return Open(provider, new ExplainableModel(bytes, ExplainStrategy.Blocked, exports));
        }
        catch (ModelException)
        {
            return null;
        }
    }

    /// <summary>Holds a blocked network against the taps, and closes one that differs.</summary>
    bool IsRight(Network blocked, Network? taps, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? fault)
    {
        var isKept = false;
        try
        {
            using var opened = taps is null ? OpenPlain(blocked.Provider, ExplainStrategy.Taps) : null;
            fault = ExplanationCheck.Fault(taps ?? opened!, blocked, _explanation);
            isKept = fault is null;
            network = isKept ? blocked : null;
            return isKept;
        }
        finally
        {
            if (!isKept)
                blocked.Dispose();
        }
    }

    /// <summary>Opens it by a strategy for which the model needs no rewriting by ONNX Runtime.</summary>
    Network OpenPlain(ExecutionProvider provider, ExplainStrategy strategy) =>
        Open(provider, ExplainableModel.Create(model, strategy, _explanation.Statistic, _explanation.ClassMap is not null));

    Network Open(ExecutionProvider provider, ExplainableModel explainable) => Network.Open(model, explainable, provider, options.Threads, Cache);

    static Network Say(Network network, string by, string? reason)
    {
        if (reason is not null)
            network.Say($"Explaining by {by}: {reason}.");
        return network;
    }

    static Network Say(Network network, List<string> notices)
    {
        if (notices.Count > 0)
            network.Say(string.Join(' ', notices));
        return network;
    }
}
