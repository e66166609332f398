using FastCam.Onnx.Explanation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;

namespace FastCam.Tests.Onnx;

/// <summary>Opens models on the CPU.</summary>
static class CpuNetwork
{
    /// <summary>Opens a session whose slots a test fills and reads by itself.</summary>
    public static Network Open(
        Model model, int threads = 0, ExplanationOptions? explanation = null, ModelCache? cache = null, SelfCheck selfCheck = SelfCheck.Auto) =>
        new NetworkOpener(model, Options(threads, explanation, cache, selfCheck)).Open();

    /// <summary>Opens a network that explains images.</summary>
    public static ExplainedNetwork Explain(Model model, int threads = 0, ExplanationOptions? explanation = null, ModelCache? cache = null) =>
        ExplainedNetwork.Open(model, Options(threads, explanation, cache, SelfCheck.Auto));

    static NetworkOptions Options(int threads, ExplanationOptions? explanation, ModelCache? cache, SelfCheck selfCheck) => new()
    {
        Provider = "cpu",
        Threads = threads,
        Explanation = explanation ?? new ExplanationOptions(),
        Cache = cache,
        SelfCheck = selfCheck,
    };
}
