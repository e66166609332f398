using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;
using FastCam.Saliency;

namespace FastCam.Onnx.Explanation;

/// <summary>One frame in, one explanation out: pre-processing, ONE forward pass, and the maps within it. One stream and one thread at a time; 0 managed bytes a frame.</summary>
public sealed class Explainer : IDisposable
{
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly LayerStatistics _statistics;
    readonly Normalisation _normalisation;
    readonly BorderFade? _fade;
    readonly TemporalSmoothing? _smoothing;
    readonly ScaleCombination _combination;
    readonly ClassMapper? _classMapper;
    readonly MapSize[] _layers;
    readonly bool _antialias;
    FrameToTensor? _transform;
    (int Width, int Height, FitRule Fit) _fitted;
    SourceRectangle _rectangle;

    /// <param name="network">The network, opened for these options.</param>
    /// <param name="options">What the maps are made by.</param>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    /// <exception cref="FormatException">The weights do not fit the network.</exception>
    public Explainer(Network network, ExplanationOptions? options = null)
    {
        options ??= new ExplanationOptions();
        var model = network.Model;
        _network = network;
        _antialias = options.Antialias ?? model.Input.Antialias;
        _slot = network.CreateSlot();
        _statistics = LayerStatistics.Of(network, options);
        _layers = [.. model.Taps.Select(tap => new MapSize(tap.Width, tap.Height))];
        _normalisation = Normalisation.Create(options.Normalisation, _layers.Length, options.NormalisationFor(model));
        _fade = options.Fade > 0 ? new BorderFade(options.Fade) : null;
        _smoothing = options.Smoothing > TimeSpan.Zero ? new TemporalSmoothing(_layers, options.Smoothing) : null;
        var weights = ScaleWeights.Resolve(options.Weights, _layers.Length);
        Weights = weights;
        _combination = new ScaleCombination(_layers, model.Input.Size, weights);
        _classMapper = options.ClassMap is null ? null : new ClassMapper(network, options);
    }

    /// <summary>How the statistics are taken.</summary>
    public string By => _statistics.Name;

    /// <summary>The scales' weights, finest first.</summary>
    public IReadOnlyList<float> Weights { get; }

    /// <summary>The tensors that must leave the pass for these options, each once; operators leave the layers' inside.</summary>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    internal static IReadOnlyList<Tap> Exports(Model model, ExplanationOptions options, ExplainBy by)
    {
        var layers = by == ExplainBy.Taps ? LayerTensors.Of(model, options.CreateStatistic()).SelectMany(layer => layer) : [];
        return [.. (options.ClassMap is null ? layers : layers.Append(model.ClassHead.Activation)).DistinctBy(tap => tap.Name)];
    }

    /// <summary>The sizes of the maps that an explanation holds: the layers, finest first, then the class map's own where there is one.</summary>
    public static IReadOnlyList<MapSize> MapSizes(Model model, ExplanationOptions options)
    {
        var taps = options.ClassMap is null ? model.Taps : model.Taps.Append(model.ClassHead.Activation);
        return [.. taps.Select(tap => new MapSize(tap.Width, tap.Height))];
    }

    /// <summary>Explains a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="fit">How it becomes the input.</param>
    /// <param name="explanation">Its identity is read, all else filled.</param>
    /// <exception cref="ModelException">The forward pass failed.</exception>
    public void Explain(in I420 frame, FitRule fit, FrameExplanation explanation)
    {
        var start = Stopwatch.GetTimestamp();
        Transform(frame.Width, frame.Height, fit).Apply(frame, _slot.Input);
        var prepared = Stopwatch.GetTimestamp();
        _network.Run(_slot);
        var passed = Stopwatch.GetTimestamp();
        explanation.ReadTop(_slot.Scores, _network.Model.HasProbabilities);
        Combine(explanation);
        _classMapper?.Compute(_slot, explanation);
        var explained = Stopwatch.GetTimestamp();
        explanation.Rectangle = _rectangle;
        explanation.PreprocessTime = Stopwatch.GetElapsedTime(start, prepared);
        explanation.ForwardTime = Stopwatch.GetElapsedTime(prepared, passed);
        explanation.ExplainTime = Stopwatch.GetElapsedTime(passed, explained);
    }

    void Combine(FrameExplanation explanation)
    {
        _combination.Begin(explanation.Combined);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var normalised = explanation.Normalised[layer];
            _statistics.Read(_slot, layer, explanation.Statistics[layer]);
            _normalisation.Apply(layer, explanation.Statistics[layer], normalised, explanation.PresentationTime);
            _fade?.Apply(normalised, _layers[layer]);
            _smoothing?.Apply(layer, normalised, explanation.PresentationTime);
            _combination.Add(layer, normalised, explanation.Combined);
        }
    }

    FrameToTensor Transform(int width, int height, FitRule fit)
    {
        if (_transform is not null && _fitted == (width, height, fit)) return _transform;
        var input = _network.Model.Input;
        _rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        _fitted = (width, height, fit);
        return _transform = new FrameToTensor(input, width, height, _rectangle, _antialias);
    }

    /// <inheritdoc/>
    public void Dispose() => _slot.Dispose();
}
