using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Statistics;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>Opens a network to explain as asked; where that cannot be, as near to it as can be, with a notice that says why.</summary>
/// <param name="model">The model.</param>
/// <param name="options">What it is to explain, and where.</param>
/// <param name="provider">Where it will run.</param>
/// <param name="cache">Where rewritten models are kept.</param>
/// <param name="open">Opens a session.</param>
/// <param name="taps">The same opened by taps, where it is already: what the other strategies are checked against.</param>
sealed class ExplainableNetwork(
    Model model, ExplanationOptions options, ExecutionProvider provider, ModelCache cache, Func<ExplainableModel, Network> open, Network? taps = null)
{
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public Network Open()
    {
        string? reason = null;
        for (var by = options.Strategy; ; by = by == ExplainStrategy.Blocked ? ExplainStrategy.Operator : ExplainStrategy.Taps)
        {
            if (by == ExplainStrategy.Taps)
                return Say(open(ExplainableModel.ByTaps(model, options)), "taps", reason);
            if (TryOpen(by, out var network, out var cause))
                return Say(network, "the operator", reason);
            reason ??= cause;
        }
    }

    /// <summary>Opens it to explain by one strategy other than taps, and in no other.</summary>
    /// <param name="by">The strategy.</param>
    /// <param name="network">The network.</param>
    /// <param name="cause">Why it cannot be, as half a sentence.</param>
    public bool TryOpen(ExplainStrategy by, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? cause)
    {
        network = null;
        cause = KnownCause(by);
        if (cause is not null)
            return false;
        if (by == ExplainStrategy.Blocked)
            return TryBlocked(out network, out cause);
        try
        {
            network = open(by == ExplainStrategy.Nodes ? ExplainableModel.ByNodes(model, options) : ExplainableModel.ByOperator(model, options));
            return true;
        }
        catch (ModelException e) when (e.Fault == ModelFault.Unsupported)
        {
            cause = $"{provider.Title} does not take the model with {(by == ExplainStrategy.Nodes ? "nodes" : "operators")} for it";
            return false;
        }
    }

    /// <summary>Why a strategy is known to be impossible before anything is opened.</summary>
    string? KnownCause(ExplainStrategy by)
    {
        if (by == ExplainStrategy.Nodes)
        {
            if (!StandardNodes.Know(options.Statistic))
                return $"no nodes of ONNX's own compute {options.Statistic}";
            return OperatorSet.VersionOf(model.Bytes) is < StandardNodes.OldestOperatorSet and var version
                ? $"its nodes need operator set {StandardNodes.OldestOperatorSet} or later, and {model.Name} has {version}"
                : null;
        }
        if (provider != ExecutionProvider.Cpu)
            return $"operators run on the CPU, not on {provider.Title}";
        if (options.CreateStatistic() is not PartStatistic)
            return $"no operator computes {options.Statistic}";
        return by == ExplainStrategy.Blocked && BlockedLayout.ChannelsInBlock == 0
            ? $"ONNX Runtime {OnnxRuntimeLibrary.Version} has no blocked layout on this processor"
            : null;
    }

    bool TryBlocked([NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? cause)
    {
        var key = BlockedModel.KeyOf(model, options);
        if (cache.Read(key) is { } kept && OpenRewritten(kept) is { } known)
            return IsRight(known, out network, out cause);
        network = null;
        byte[] bytes;
        try
        {
            bytes = BlockedModel.Make(model, options);
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
        if (OpenRewritten(bytes) is not { } made)
        {
            cause = "ONNX Runtime does not take the rewritten model";
            return false;
        }
        if (!IsRight(made, out network, out cause))
            return false;
        if (cache.Write(key, bytes) is { } unkept)
            network.Say($"The rewritten model is not kept for the next start ({unkept.TrimEnd('.')}); name another folder in {ModelCache.Variable}.");
        return true;
    }

    /// <summary>Null where ONNX Runtime does not take it.</summary>
    Network? OpenRewritten(byte[] bytes)
    {
        try
        {
            return open(new ExplainableModel(bytes, ExplainStrategy.Blocked, Explainer.Exports(model, options, ExplainStrategy.Blocked)));
        }
        catch (ModelException)
        {
            return null;
        }
    }

    /// <summary>Holds a blocked network against the taps, and closes one that differs.</summary>
    bool IsRight(Network blocked, [NotNullWhen(true)] out Network? network, [NotNullWhen(false)] out string? fault)
    {
        using var opened = taps is null ? open(ExplainableModel.ByTaps(model, options)) : null;
        fault = ExplanationCheck.Fault(taps ?? opened!, blocked, options);
        network = fault is null ? blocked : null;
        if (fault is not null)
            blocked.Dispose();
        return fault is null;
    }

    static Network Say(Network network, string by, string? reason)
    {
        if (reason is not null)
            network.Say($"Explaining by {by}: {reason}.");
        return network;
    }
}

/// <summary>A model's bytes with what an explanation needs put in.</summary>
/// <param name="Bytes">What a session is opened on.</param>
/// <param name="Strategy">How it explains.</param>
/// <param name="Exports">The tensors that leave it beside scores and maps.</param>
sealed record ExplainableModel(byte[] Bytes, ExplainStrategy Strategy, IReadOnlyList<ScaleEnd> Exports)
{
    /// <summary>How far ONNX Runtime may still rearrange it: a model in blocked layout already is as optimised as it gets.</summary>
    public GraphOptimizationLevel Optimisation =>
        Strategy == ExplainStrategy.Blocked ? GraphOptimizationLevel.ORT_DISABLE_ALL : GraphOptimizationLevel.ORT_ENABLE_ALL;

    /// <summary>With the scale ends as outputs.</summary>
    public static ExplainableModel ByTaps(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainStrategy.Taps);
        return new(ModelTapping.AppendTaps(model.Bytes, exports, model.Outputs), ExplainStrategy.Taps, exports);
    }

    /// <summary>With an operator behind each scale end.</summary>
    public static ExplainableModel ByOperator(Model model, ExplanationOptions options) =>
        new(WithOperators(model, options), ExplainStrategy.Operator, Explainer.Exports(model, options, ExplainStrategy.Operator));

    /// <summary>With ONNX's own operators behind each scale end.</summary>
    public static ExplainableModel ByNodes(Model model, ExplanationOptions options)
    {
        var exports = Explainer.Exports(model, options, ExplainStrategy.Nodes);
        return new(ModelTapping.AppendStandardNodes(model.Bytes, model.ScaleEnds, options, exports, model.Outputs), ExplainStrategy.Nodes, exports);
    }

    /// <summary>The model's bytes with an operator behind each scale end, and the other exports as outputs.</summary>
    public static byte[] WithOperators(Model model, ExplanationOptions options) =>
        ModelTapping.AppendOperators(model.Bytes, model.ScaleEnds, options, Explainer.Exports(model, options, ExplainStrategy.Operator), model.Outputs);
}

/// <summary>Holds one explain strategy against the taps.</summary>
static class ExplanationCheck
{
    /// <summary>The largest difference between two strategies on a combined map that is rounding.</summary>
    public const float Tolerance = 2e-6f;

    /// <summary>The same where one reads bytes and the other the floats that stand for them.</summary>
    public const float ToleranceOfBytes = 1e-5f;

    /// <summary>The largest difference of a score that is rounding, in parts of the range of all.</summary>
    const float ScoreTolerance = 1e-5f;

    /// <summary>What is wrong with a network, for an input of noise, as half a sentence; null where it explains and answers as the taps do.</summary>
    public static string? Fault(Network taps, Network other, ExplanationOptions options)
    {
        try
        {
            using NoisePasses expected = new(taps, options), passes = new(other, options);
            var ((expectedMap, expectedScores), (map, scores)) = (expected.Run(1), passes.Run(1));
            var (ofMap, ofScores) = (NoisePass.Difference(expectedMap, map).Largest, NoisePass.Difference(expectedScores, scores).Largest);
            if (!(ofMap <= ToleranceFor(taps.Model)) && !expectedMap.SequenceEqual(map))
                return Text("maps", ofMap);
            return ofScores > 0 && !(ofScores <= ScoreTolerance * (expectedScores.Max() - expectedScores.Min())) && !expectedScores.SequenceEqual(scores)
                ? Text("scores", ofScores)
                : null;
        }
        catch (ModelException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    static float ToleranceFor(Model model) => model.ScaleEnds.Any(tap => tap.Quantised is not null) ? ToleranceOfBytes : Tolerance;

    static string Text(string what, float difference) => string.Create(CultureInfo.InvariantCulture, $"its {what} differ from the taps' by {difference:G2}");
}
