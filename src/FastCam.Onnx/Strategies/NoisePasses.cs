using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Networks;
using FastCam.Saliency.Combination;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// What a network says of inputs of noise, pass after pass through one slot and one pipeline, as a stream's frames go.
/// </summary>
sealed class NoisePasses : IDisposable
{
    readonly ExplainedPass _pass;
    readonly MapPipeline _maps;
    readonly FrameExplanation _explanation;

    /// <param name="network">The network, opened for these options.</param>
    /// <param name="options">What it was opened for. Its statistic counts; the rest is fixed, so that one tolerance holds for all.</param>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    public NoisePasses(Network network, ExplanationOptions options)
    {
        var checkedOptions = new ExplanationOptions { Statistic = options.Statistic, Weights = ScaleWeights.Equal };
        _maps = new MapPipeline(network.Model, checkedOptions, network.Threads);
        _explanation = new FrameExplanation(network.Model, checkedOptions, keepsStatistics: false);
        _pass = new ExplainedPass(network, checkedOptions);
    }

    /// <summary>One pass.</summary>
    /// <param name="seed">Which noise.</param>
    /// <exception cref="ModelException">The pass failed.</exception>
    public NoisePass Run(int seed)
    {
        var (random, input) = (new Random(seed), _pass.Network.Model.Input);
        var (lowest, range) = input.Type == InputType.Uint8 ? (0, 255) : (-2, 4);
        foreach (ref var value in _pass.Slot.Input)
            value = random.NextSingle() * range + lowest;
        _maps.Run(_pass, _explanation);
        _maps.Finish();
        return new NoisePass([.. _explanation.Combined], _pass.Slot.Scores.ToArray());
    }

    public void Dispose()
    {
        _pass.Dispose();
        _maps.Dispose();
    }
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
