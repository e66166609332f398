using System.Globalization;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Runtime;

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
    /// <param name="run">What makes the first one's passes; null for itself.</param>
    /// <param name="reference">Whose maps the second one's are, for the sentence.</param>
    /// <exception cref="ModelException">A pass of the second one failed.</exception>
    public static string? Fault(Network network, Network cpu, ExplanationOptions options, Action<NetworkSlot>? run = null, string reference = "the CPU's")
    {
        using var right = new NoisePasses(cpu, options);
        NoisePass expected = right.Run(1), other = right.Run(2);
        try
        {
            using var passes = new NoisePasses(network, options, run);
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

/// <summary>What a network says of inputs of noise, pass after pass through one slot, as a stream's frames go.</summary>
/// <param name="network">The network, opened for these options.</param>
/// <param name="options">What its maps are made by.</param>
/// <param name="run">What makes a pass; null for the network itself.</param>
sealed class NoisePasses(Network network, ExplanationOptions options, Action<NetworkSlot>? run = null) : IDisposable
{
    readonly NetworkSlot _slot = network.CreateSlot();
    readonly LayerStatistics _statistics = LayerStatistics.Create(network, options);

    /// <summary>One pass.</summary>
    /// <param name="seed">Which noise.</param>
    /// <exception cref="ModelException">The pass failed.</exception>
    public NoisePass Run(int seed)
    {
        var (random, input) = (new Random(seed), network.Model.Input);
        var (lowest, range) = input.Type == InputType.Uint8 ? (0, 255) : (-2, 4);
        foreach (ref var value in _slot.Input)
            value = random.NextSingle() * range + lowest;
        (run ?? network.Run)(_slot);
        return new NoisePass(Combine(input.Size), _slot.Scores.ToArray());
    }

    float[] Combine(MapSize size)
    {
        var taps = network.Model.ScaleEnds;
        var combination = new ScaleCombination([.. taps.Select(tap => new MapSize(tap.Width, tap.Height))], size, [.. taps.Select(_ => 1f)]);
        var combined = new float[size.Pixels];
        var maps = taps.Select(tap => new float[tap.Pixels]).ToArray();
        for (var layer = 0; layer < maps.Length; layer++)
        {
            _statistics.Read(_slot, layer, maps[layer]);
            GaussNormalisation.Apply(maps[layer], maps[layer]);
        }
        combination.Combine(maps, combined);
        return combined;
    }

    public void Dispose() => _slot.Dispose();
}

/// <summary>What one pass says.</summary>
/// <param name="Map">The combined map, 0..1.</param>
/// <param name="Scores">The class scores; none where the network has none.</param>
readonly record struct NoisePass(float[] Map, float[] Scores)
{
    /// <summary>The largest difference of a value, and the mean one; infinite where one is no number.</summary>
    public static (float Largest, float Mean) Difference(float[] expected, float[] values)
    {
        var (largest, sum) = (0f, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = float.IsNaN(values[i]) ? float.PositiveInfinity : Math.Abs(expected[i] - values[i]);
            largest = Math.Max(largest, difference);
            sum += difference;
        }
        return (largest, (float)(sum / Math.Max(expected.Length, 1)));
    }
}
