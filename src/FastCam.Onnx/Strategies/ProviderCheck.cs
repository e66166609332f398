using System.Globalization;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Networks;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// Whether a network says what the CPU says by taps: of two inputs of noise, one after the other through one slot. The tolerances are about twice
/// what a device's short floats change: with the factors of every convolution and product rounded to 11 binary digits (half precision, TF32), combined maps
/// were seen to differ by 0.06 at most and 0.009 on average, and scores by 0.021 of their range; another input changes them by 0.3, 0.06 and 0.05.
/// </summary>
static class ProviderCheck
{
    /// <summary>The largest difference of a combined map, 0..1, anywhere.</summary>
    public const float LargestDifference = 0.1f;

    /// <summary>The largest mean difference of a combined map.</summary>
    public const float MeanDifference = 0.02f;

    /// <summary>The largest difference of a score, in parts of the range of all: the most probable class is the same, or was next to it.</summary>
    public const float ScoreDifference = 0.04f;

    /// <summary>What is wrong with a network, as half a sentence; null where nothing is.</summary>
    /// <param name="network">The network in question.</param>
    /// <param name="cpu">The same by taps on the CPU, or where that was held against the CPU.</param>
    /// <param name="options">What both were opened for.</param>
    /// <param name="reference">Whose maps the second one's are, for the sentence.</param>
    /// <exception cref="ModelException">A pass of the second one failed.</exception>
    public static string? Fault(Network network, Network cpu, ExplanationOptions options, string reference = "the CPU's")
    {
        using var right = new NoisePasses(cpu, options);
        NoisePass expected = right.Run(1), other = right.Run(2);
        try
        {
            using var passes = new NoisePasses(network, options);
            NoisePass first = passes.Run(1), second = passes.Run(2);
            // A slot whose input is not brought to the device again answers the second input like the first.
            if (MapFault(first, second, reference) is null && MapFault(expected, other, reference) is not null)
                return "its input is frozen, two different inputs give the same map";
            return Fault(expected, first, reference) ?? Fault(other, second, reference);
        }
        catch (ModelException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    static string? Fault(NoisePass expected, NoisePass pass, string reference) =>
        MapFault(expected, pass, reference) ?? ScoreFault(expected.Scores, pass.Scores, reference);

    static string? MapFault(NoisePass expected, NoisePass pass, string reference)
    {
        var (largest, mean) = NoisePass.Difference(expected.Map, pass.Map);
        return largest <= LargestDifference && mean <= MeanDifference
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its combined map differs from {reference} by up to {largest:0.###} and {mean:0.###} on average, where rounding "
                + $"explains {LargestDifference} and {MeanDifference}");
    }

    static string? ScoreFault(float[] expected, float[] scores, string reference)
    {
        if (expected.Length == 0)
            return null;
        var difference = NoisePass.Difference(expected, scores).Largest / (expected.Max() - expected.Min());
        return difference <= ScoreDifference || expected.SequenceEqual(scores)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"its scores differ from {reference} by up to {difference:0.###} of their range, where rounding explains {ScoreDifference}");
    }
}
