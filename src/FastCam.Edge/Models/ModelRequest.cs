using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Edge.Models;

/// <summary>The model that was asked for, and where it is to run.</summary>
sealed record ModelRequest(string Name, string? Manifest, ModelOptions Options, string Provider, SelfCheck SelfCheck)
{
    /// <summary>Whether the network runs on the processor and not on a device.</summary>
    public bool RunsOnProcessor => ExecutionProvider.Choose(Provider)[0] == ExecutionProvider.Cpu;

    public Model Load() => ModelCatalog.Load(Name, Manifest, Options);

    public Network Open(Model model, ExplanationOptions explanation, int threads = 0) =>
        Network.Open(model, Provider, threads, explanation, selfCheck: SelfCheck);
}
