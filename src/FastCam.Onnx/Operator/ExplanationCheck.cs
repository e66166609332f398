using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Operator;

/// <summary>Explains the same input in two ways.</summary>
static class ExplanationCheck
{
    /// <summary>The largest difference between two ways on a combined map that is rounding.</summary>
    public const float Tolerance = 2e-6f;

    /// <summary>The largest difference between the combined maps of two networks of one model, for an input of noise; the scores' largest, if that is more.</summary>
    /// <exception cref="ModelException">A pass failed.</exception>
    public static float Difference(Network taps, Network other, ExplanationOptions options)
    {
        using NoisePasses expected = new(taps, options), passes = new(other, options);
        var ((expectedMap, expectedScores), (map, scores)) = (expected.Run(1), passes.Run(1));
        return Math.Max(NoisePass.Difference(expectedMap, map).Largest, NoisePass.Difference(expectedScores, scores).Largest);
    }
}
