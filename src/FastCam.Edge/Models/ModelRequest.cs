using FastCam.Onnx.Explanation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;

namespace FastCam.Edge.Models;

/// <summary>The model that was asked for, and where it is to run.</summary>
sealed record ModelRequest(string Name, string? Manifest, ModelOptions Options, string Provider, SelfCheck SelfCheck)
{
    /// <summary>Whether the network runs on the processor and not on a device.</summary>
    public bool RunsOnProcessor => ExecutionProvider.Choose(Provider)[0] == ExecutionProvider.Cpu;

    public Model Load() => ModelCatalog.Load(Name, Manifest, Options);

    /// <summary>Opens the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="explanation">What its maps are made by.</param>
    /// <param name="threads">Threads in a pass; 0 lets ONNX Runtime choose.</param>
    /// <param name="tunesStrategy">Whether the quickest explain strategy is looked for while it runs.</param>
    public ExplainedNetwork Open(Model model, ExplanationOptions explanation, int threads = 0, bool tunesStrategy = false) => ExplainedNetwork.Open(
        model,
        new NetworkOptions { Provider = Provider, Threads = threads, Explanation = explanation, SelfCheck = SelfCheck, TunesStrategy = tunesStrategy });
}
