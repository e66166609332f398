using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Edge.Bench;

/// <summary>A way of explaining: where the statistics are computed.</summary>
/// <param name="Name">For people.</param>
/// <param name="Open">Opens a model for it, on a provider and a number of threads.</param>
/// <param name="WithinPasses">The time that forward passes have spent in the explanation's own code since the process began.</param>
sealed record Way(string Name, Func<Model, string, int, Network> Open, Func<TimeSpan> WithinPasses)
{
    /// <summary>The ways there are.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new("taps", static (model, provider, threads) => Network.Open(model, provider, threads), static () => TimeSpan.Zero),
    ];
}
