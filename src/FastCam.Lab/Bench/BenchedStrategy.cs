using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>An explain strategy: where the statistics are computed.</summary>
sealed record BenchedStrategy(ExplainStrategy Strategy)
{
    /// <summary>The strategies that are measured.</summary>
    public static IReadOnlyList<BenchedStrategy> All { get; } =
    [
        new(ExplainStrategy.Taps),
        new(ExplainStrategy.Operator),
        new(ExplainStrategy.Blocked),
        new(ExplainStrategy.Nodes),
    ];

    /// <summary>The display name.</summary>
    public string Name => EnumNames.Format(Strategy);

    /// <summary>What a network is to be opened for, and its explainer made with.</summary>
    public ExplanationOptions Options => new() { Strategy = Strategy };

    /// <summary>Opens a model for it; the network says whether it stepped back to another.</summary>
    public Network Open(Model model, string provider, int threads) => Network.Open(model, provider, threads, Options);
}
