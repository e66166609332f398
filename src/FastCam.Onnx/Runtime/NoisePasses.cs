using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Runtime;

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
        foreach (ref var value in _slot.Input) value = random.NextSingle() * range + lowest;
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
