using FastCam.Onnx.Explanation;
using FastCam.Onnx.Operator;

namespace FastCam.Onnx.Runtime;

/// <summary>
/// Opens a network on the first provider that starts and, where that is checked, says what the CPU says; where none does, on the CPU
/// by taps.
/// </summary>
/// <param name="options">What it is to explain, and where.</param>
/// <param name="check">Whether it is checked.</param>
/// <param name="open">Opens it on a provider.</param>
/// <param name="run">What makes the passes that are checked; null for the network itself.</param>
sealed class NetworkOpening(
    ExplanationOptions options, SelfCheck check, Func<ExecutionProvider, ExplanationOptions, Network> open, Action<NetworkSlot>? run = null)
{
    readonly List<string> _notices = [];

    /// <param name="choices">The providers to try, in order.</param>
    /// <param name="auto">Whether they are ours and not a person's choice, so that a notice says which it was.</param>
    /// <exception cref="ModelException">The last of them does not start.</exception>
    public Network Open(IReadOnlyList<ExecutionProvider> choices, bool auto)
    {
        Network? cpu = null;
        foreach (var provider in choices)
        {
            // What the CPU says by taps is known to be right by now.
            if (cpu is not null && provider == ExecutionProvider.Cpu)
                break;
            if (TryOpen(provider, isLast: provider == choices[^1]) is not { } network)
                continue;
            if (!IsChecked(provider) || Fault(network, ref cpu) is not { } fault)
            {
                cpu?.Dispose();
                if (auto)
                    Choose(provider, isOnly: choices.Count == 1);
                return Say(network);
            }
            network.Dispose();
            _notices.Add(
                $"The self-check failed on {provider.Title}: {fault}. "
                + "Update its driver or ONNX Runtime, or trust it all the same by switching the self-check off.");
        }
        _notices.Add("Running on the CPU by taps instead.");
        return Say(cpu!);
    }

    bool IsChecked(ExecutionProvider provider) => check == SelfCheck.On || check == SelfCheck.Auto && provider != ExecutionProvider.Cpu;

    Network? TryOpen(ExecutionProvider provider, bool isLast)
    {
        try
        {
            return open(provider, options);
        }
        catch (ModelException e) when (!isLast)
        {
            _notices.Add($"{provider.Title} did not start ({OnnxRuntimeErrors.Shorten((e.InnerException ?? e).Message)}).");
            return null;
        }
    }

    string? Fault(Network network, ref Network? cpu)
    {
        try
        {
            cpu ??= open(ExecutionProvider.Cpu, options with { Strategy = ExplainStrategy.Taps });
            return ProviderCheck.Fault(network, cpu, options, run);
        }
        catch (ModelException e)
        {
            _notices.Add($"{network.Provider.Title} is not self-checked, because the CPU cannot run the model: {e.Message}");
            return null;
        }
    }

    void Choose(ExecutionProvider provider, bool isOnly)
    {
        if (_notices.Count > 0)
            _notices.Add($"Running on {provider.Title}.");
        else if (isOnly && provider == ExecutionProvider.Cpu)
            _notices.Add($"Running on the CPU: this build's ONNX Runtime {OnnxRuntimeLibrary.Version} has no provider for another device.");
    }

    Network Say(Network network)
    {
        if (_notices.Count > 0)
            network.Say(string.Join(' ', _notices));
        return network;
    }
}
