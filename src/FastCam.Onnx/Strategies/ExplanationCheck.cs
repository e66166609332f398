using System.Globalization;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;

namespace FastCam.Onnx.Strategies;

/// <summary>Holds one explain strategy against the taps.</summary>
static class ExplanationCheck
{
    /// <summary>The largest difference between two strategies on a combined map that is rounding.</summary>
    public const float Tolerance = 2e-6f;

    /// <summary>The same where one reads bytes and the other the floats that stand for them.</summary>
    public const float ToleranceOfBytes = 1e-5f;

    /// <summary>The largest difference of a score that is rounding, in parts of the range of all.</summary>
    const float ScoreTolerance = 1e-5f;

    /// <summary>What is wrong with a network, for an input of noise, as half a sentence; null where it explains and answers as the taps do.</summary>
    public static string? Fault(Network taps, Network other, ExplanationOptions options)
    {
        try
        {
            using NoisePasses expected = new(taps, options), passes = new(other, options);
            var ((expectedMap, expectedScores), (map, scores)) = (expected.Run(1), passes.Run(1));
            var (ofMap, ofScores) = (NoisePass.Difference(expectedMap, map).Largest, NoisePass.Difference(expectedScores, scores).Largest);
            if (!(ofMap <= ToleranceFor(taps.Model)) && !expectedMap.SequenceEqual(map))
                return Text("maps", ofMap);
            return ofScores > 0 && !(ofScores <= ScoreTolerance * (expectedScores.Max() - expectedScores.Min())) && !expectedScores.SequenceEqual(scores)
                ? Text("scores", ofScores)
                : null;
        }
        catch (ModelException e)
        {
            return e.Message.TrimEnd('.');
        }
    }

    static float ToleranceFor(Model model) => model.ScaleEnds.Any(tap => tap.Quantised is not null) ? ToleranceOfBytes : Tolerance;

    static string Text(string what, float difference) => string.Create(CultureInfo.InvariantCulture, $"its {what} differ from the taps' by {difference:G2}");
}
