using FastCam.Onnx.Explanation;
using FastCam.Onnx.Graph;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Onnx.Operator;

/// <summary>Opens a network to explain as asked; where that cannot be, as near to it as can be, with a notice that says why.</summary>
/// <param name="model">The model.</param>
/// <param name="options">What it is to explain, and where.</param>
/// <param name="provider">Where it will run.</param>
/// <param name="cache">Where rewritten models are kept.</param>
/// <param name="open">Opens a session.</param>
/// <param name="taps">The same opened by taps, where it is already: what the other ways are checked against.</param>
sealed class ExplainableNetwork(Model model, ExplanationOptions options, ExecutionProvider provider, ModelCache cache, Func<ExplainableModel, Network> open, Network? taps = null)
{
    /// <exception cref="ModelException">ONNX Runtime refuses the model.</exception>
    public Network Open()
    {
        var by = options.By;
        if (by == ExplainBy.Taps) return open(ExplainableModel.ByTaps(model, options));
        if (by == ExplainBy.Nodes) return OpenNodes();
        if (provider != ExecutionProvider.Cpu) return open(ExplainableModel.ByTaps(model, options, $"operators run on the CPU, not on {provider.Title}"));
        if (!OrtApi.IsAvailable) return open(ExplainableModel.ByTaps(model, options, $"operators need ONNX Runtime 1.{OrtApi.Version} or later, and {OnnxRuntimeLibrary.Version} is loaded"));
        if (options.CreateStatistic() is not PartStatistic) return open(ExplainableModel.ByTaps(model, options, $"no operator computes {options.Statistic}"));
        return by == ExplainBy.Operator ? open(ExplainableModel.ByOperator(model, options)) : OpenBlocked();
    }

    Network OpenNodes()
    {
        if (!StandardNodes.Know(options.Statistic)) return open(ExplainableModel.ByTaps(model, options, $"no nodes of ONNX's own compute {options.Statistic}"));
        if (OperatorSet.VersionOf(model.Bytes) is < StandardNodes.OldestOperatorSet and var version)
            return open(ExplainableModel.ByTaps(model, options, $"its nodes need operator set {StandardNodes.OldestOperatorSet} or later, and {model.Name} has {version}"));
        try
        {
            return open(ExplainableModel.ByNodes(model, options));
        }
        catch (ModelException e) when (e.Fault == ModelFault.Unsupported)
        {
            return open(ExplainableModel.ByTaps(model, options, $"{provider.Title} does not take the model with nodes for it"));
        }
    }

    Network OpenBlocked()
    {
        if (BlockedLayout.ChannelsInBlock == 0) return StepBack($"ONNX Runtime {OnnxRuntimeLibrary.Version} has no blocked layout on this processor");
        var key = BlockedModel.KeyOf(model, options);
        return cache.Read(key) is { } kept && Try(kept, null) is { } network ? network : Make(key);
    }

    Network Make(string key)
    {
        byte[] bytes;
        try
        {
            bytes = BlockedModel.Make(model, options);
        }
        catch (Exception e) when (e is OnnxRuntimeException or IOException or UnauthorizedAccessException or OperatorException or InvalidDataException)
        {
            return StepBack($"the model cannot be rewritten ({OnnxRuntimeErrors.Shorten(e.Message)})");
        }
        var hindrance = cache.Write(key, bytes);
        var notice = hindrance is null ? null : $"The rewritten model is not kept for the next start ({hindrance.TrimEnd('.')}); name another folder in {ModelCache.Variable}.";
        return Try(bytes, notice) ?? StepBack("ONNX Runtime does not take the rewritten model");
    }

    /// <summary>Opens a rewritten model; null where ONNX Runtime does not take it.</summary>
    Network? Try(byte[] bytes, string? notice)
    {
        if (bytes.Length == 0) return StepBack($"ONNX Runtime keeps no scale end of {model.Name} in a blocked layout");
        Network network;
        try
        {
            network = open(new ExplainableModel(bytes, ExplainBy.Blocked, Explainer.Exports(model, options, ExplainBy.Blocked), notice));
        }
        catch (ModelException)
        {
            return null;
        }
        if (Fault(network) is not { } fault) return network;
        network.Dispose();
        return StepBack(fault);
    }

    /// <summary>What makes a blocked network unfit; null where it agrees with the taps.</summary>
    string? Fault(Network blocked)
    {
        using var opened = taps is null ? open(ExplainableModel.ByTaps(model, options)) : null;
        try
        {
            var difference = ExplanationCheck.Difference(taps ?? opened!, blocked, options);
            return difference <= ExplanationCheck.Tolerance ? null : $"on the blocked layout its maps differ from the taps' by {difference:G2}";
        }
        catch (ModelException e)
        {
            return e.Message;
        }
    }

    Network StepBack(string reason) => open(ExplainableModel.ByOperator(model, options, reason));
}
