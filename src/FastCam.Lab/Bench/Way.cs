using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>A way of explaining: where the statistics are computed.</summary>
sealed record Way(ExplainBy By)
{
    /// <summary>The ways that are measured.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new(ExplainBy.Taps),
        new(ExplainBy.Operator),
        new(ExplainBy.Blocked),
        new(ExplainBy.Nodes),
    ];

    /// <summary>For people.</summary>
    public string Name => Names.Of(By);

    /// <summary>What a network is to be opened for, and its explainer made with.</summary>
    public ExplanationOptions Options => new() { By = By };

    /// <summary>Opens a model for it; the network says whether it stepped back to another.</summary>
    public Network Open(Model model, string provider, int threads) => Network.Open(model, provider, threads, Options);
}
