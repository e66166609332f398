using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;

namespace FastCam.Onnx.Explanation;

/// <summary>One frame in, one explanation out: pre-processing, ONE forward pass, and the maps within it. One thread at a time; 0 managed bytes a frame.</summary>
public sealed class Explainer : IDisposable
{
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly LayerStatistics _statistics;
    readonly ScaleCombination _combination;
    FrameToTensor? _transform;
    (int Width, int Height, FitRule Fit) _fitted;
    SourceRectangle _rectangle;

    /// <param name="network">The network, tapped.</param>
    /// <param name="weights">One weight a scale, finest first.</param>
    public Explainer(Network network, ReadOnlySpan<float> weights)
    {
        _network = network;
        _slot = network.CreateSlot();
        _statistics = LayerStatistics.Of(network);
        var input = network.Model.Input;
        var layers = network.Model.Taps.Select(tap => new MapSize(tap.Width, tap.Height)).ToArray();
        _combination = new ScaleCombination(layers, new MapSize(input.Width, input.Height), weights);
    }

    /// <summary>How the statistics are taken.</summary>
    public string By => _statistics.Name;

    /// <summary>Explains a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="fit">How it becomes the input.</param>
    /// <param name="explanation">Filled, all but its identity.</param>
    /// <exception cref="ModelException">The forward pass failed.</exception>
    public void Explain(in I420 frame, FitRule fit, FrameExplanation explanation)
    {
        var start = Stopwatch.GetTimestamp();
        Transform(frame.Width, frame.Height, fit).Apply(frame, _slot.Input);
        var prepared = Stopwatch.GetTimestamp();
        _network.Run(_slot);
        var passed = Stopwatch.GetTimestamp();
        _combination.Begin(explanation.Combined);
        for (var layer = 0; layer < explanation.Statistics.Count; layer++)
        {
            _statistics.Read(_slot, layer, explanation.Statistics[layer]);
            GaussNormalisation.Apply(explanation.Statistics[layer], explanation.Normalised[layer]);
            _combination.Add(layer, explanation.Normalised[layer], explanation.Combined);
        }
        var explained = Stopwatch.GetTimestamp();
        explanation.ReadTop(_slot.Scores, _network.Model.HasProbabilities);
        explanation.Rectangle = _rectangle;
        explanation.PreprocessTime = Stopwatch.GetElapsedTime(start, prepared);
        explanation.ForwardTime = Stopwatch.GetElapsedTime(prepared, passed);
        explanation.ExplainTime = Stopwatch.GetElapsedTime(passed, explained);
    }

    FrameToTensor Transform(int width, int height, FitRule fit)
    {
        if (_transform is not null && _fitted == (width, height, fit)) return _transform;
        var input = _network.Model.Input;
        _rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        _fitted = (width, height, fit);
        return _transform = new FrameToTensor(input, width, height, _rectangle);
    }

    /// <inheritdoc/>
    public void Dispose() => _slot.Dispose();
}
