using FastCam.Onnx.Maps;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Strategies;

/// <summary>Where and how a network is opened, and what it is to explain.</summary>
public sealed record NetworkOptions
{
    /// <summary>A provider's name, or <c>auto</c>: the first that works, the CPU in the end.</summary>
    public string Provider { get; init; } = "auto";

    /// <summary>Threads in a pass, 0 or more; 0 lets ONNX Runtime choose.</summary>
    public int Threads { get; init; }

    /// <summary>What the maps are made by, and where: it decides which tensors leave the pass.</summary>
    public ExplanationOptions Explanation { get; init; } = new();

    /// <summary>
    /// Whether the quickest explain strategy is looked for while frames are explained, which begins by taps:
    /// <see cref="ExplanationOptions.Strategy"/> is not looked at then.
    /// </summary>
    public bool TunesStrategy { get; init; }

    /// <summary>Whether what it says is held against the CPU's. Where they differ it is opened on the CPU by taps, with a notice.</summary>
    public SelfCheck SelfCheck { get; init; }

    /// <summary>Where rewritten models and chosen strategies are kept; null for the user's.</summary>
    public ModelCache? Cache { get; init; }
}

/// <summary>Whether a network, when it is opened, is held against the CPU's before it is trusted.</summary>
public enum SelfCheck
{
    /// <summary>Where it runs on a device; on the CPU it would be held against itself.</summary>
    Auto,
    /// <summary>Wherever it runs.</summary>
    On,
    /// <summary>Never.</summary>
    Off,
}
