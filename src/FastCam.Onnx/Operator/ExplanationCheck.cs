using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;

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
        var (expected, scores) = Explain(taps, options);
        var (map, otherScores) = Explain(other, options);
        return Math.Max(Largest(expected, map), Largest(scores, otherScores));
    }

    static (float[] Map, float[] Scores) Explain(Network network, ExplanationOptions options)
    {
        using var slot = network.CreateSlot();
        var random = new Random(1);
        var (lowest, range) = network.Model.Input.Type == InputType.Uint8 ? (0, 255) : (-2, 4);
        foreach (ref var value in slot.Input) value = random.NextSingle() * range + lowest;
        network.Run(slot);
        var taps = network.Model.Taps;
        var input = network.Model.Input;
        var statistics = LayerStatistics.Of(network, options);
        var combination = new ScaleCombination([.. taps.Select(tap => new MapSize(tap.Width, tap.Height))], new MapSize(input.Width, input.Height), [.. taps.Select(_ => 1f)]);
        var combined = new float[input.Width * input.Height];
        combination.Begin(combined);
        for (var layer = 0; layer < taps.Count; layer++)
        {
            var map = new float[taps[layer].Pixels];
            statistics.Read(slot, layer, map);
            GaussNormalisation.Apply(map, map);
            combination.Add(layer, map, combined);
        }
        return (combined, slot.Scores.ToArray());
    }

    static float Largest(float[] expected, float[] values)
    {
        var largest = 0f;
        for (var i = 0; i < expected.Length; i++) largest = float.IsNaN(values[i]) ? float.PositiveInfinity : Math.Max(largest, Math.Abs(expected[i] - values[i]));
        return largest;
    }
}
