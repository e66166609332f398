using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.ScaleEnds;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// One frame in, one explanation out: pre-processing, ONE forward pass, and the maps within it. One stream and one thread at a time; 0
/// managed bytes a frame.
/// </summary>
public sealed class Explainer : IDisposable
{
    readonly Model _model;
    readonly MapWork _work;
    readonly bool _antialias;
    readonly TaskCompletionSource _explained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ExplainedPass _pass;
    StrategyTrial? _trial;
    FrameToTensor? _transform;
    StillToTensor? _stillTransform;
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
        _model = model;
        _antialias = options.Antialias ?? model.Input.Antialias;
        _work = new MapWork(network, options);
        _pass = Own = new ExplainedPass(network, options);
    }

    /// <summary>The display name of the strategy that takes the statistics.</summary>
    public string By => Volatile.Read(ref _pass).Statistics.Name;

    /// <summary>The scales' weights, finest first.</summary>
    public IReadOnlyList<float> Weights => _work.Weights;

    /// <summary>The tensors that must leave the pass for these options, each once; operators leave the layers' inside.</summary>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    internal static IReadOnlyList<ScaleEnd> Exports(Model model, ExplanationOptions options, ExplainStrategy by)
    {
        var layers = by == ExplainStrategy.Taps ? LayerTensors.FromModel(model, options.CreateStatistic()).SelectMany(layer => layer) : [];
        return [.. (options.ClassMap is null ? layers : layers.Append(model.ClassHead.Activation)).DistinctBy(tap => tap.Name)];
    }

    /// <summary>The sizes of the maps that an explanation holds: the layers, finest first, then the class map's own where there is one.</summary>
    public static IReadOnlyList<MapSize> MapSizes(Model model, ExplanationOptions options)
    {
        var taps = options.ClassMap is null ? model.ScaleEnds : model.ScaleEnds.Append(model.ClassHead.Activation);
        return [.. taps.Select(tap => new MapSize(tap.Width, tap.Height))];
    }

    /// <summary>Ends when a frame has been explained.</summary>
    public Task Explained => _explained.Task;

    /// <summary>Explains the frames to come by each of these in turn, and from then on by the quickest.</summary>
    internal void Try(StrategyTrial trial) => Volatile.Write(ref _trial, trial);

    /// <summary>The strategy that it began with.</summary>
    internal ExplainedPass Own { get; }

    /// <summary>Explains a frame of a stream.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="fit">How it becomes the input.</param>
    /// <param name="explanation">Its presentation time is read, all else filled.</param>
    /// <exception cref="ModelException">The forward pass failed.</exception>
    public void Explain(in I420 frame, FitRule fit, FrameExplanation explanation)
    {
        bool isDone;
        do
        {
            var (trial, pass, start) = Begin();
            Transform(frame.Width, frame.Height, fit).Apply(frame, pass.Slot.Input);
            isDone = TryExplain(pass, trial, start, explanation);
        }
        while (!isDone);
    }

    /// <summary>Explains a still image, antialiased whatever the manifest says of frames.</summary>
    /// <param name="pixels">Red, green and blue (sRGB), row by row: 3 × width × height bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="fit">How it becomes the input.</param>
    /// <param name="explanation">All but its presentation time is filled.</param>
    /// <exception cref="ModelException">The forward pass failed.</exception>
    public void Explain(ReadOnlySpan<byte> pixels, int width, int height, FitRule fit, FrameExplanation explanation)
    {
        bool isDone;
        do
        {
            var (trial, pass, start) = Begin();
            StillTransform(width, height, fit).Apply(pixels, pass.Slot.Input);
            isDone = TryExplain(pass, trial, start, explanation);
        }
        while (!isDone);
    }

    (StrategyTrial? Trial, ExplainedPass Pass, long Start) Begin()
    {
        var trial = Volatile.Read(ref _trial);
        return (trial, trial?.Next ?? Volatile.Read(ref _pass), Stopwatch.GetTimestamp());
    }

    /// <summary>Explains what the input of the pass holds; false where the pass failed on trial.</summary>
    bool TryExplain(ExplainedPass pass, StrategyTrial? trial, long start, FrameExplanation explanation)
    {
        var prepared = Stopwatch.GetTimestamp();
        if (!TryRun(pass, trial, explanation, out var within))
            return false;
        var passed = Stopwatch.GetTimestamp();
        explanation.ReadTop(pass.Slot.Scores, _model.HasProbabilities);
        var classified = Stopwatch.GetTimestamp();
        _work.Finish();
        pass.MapClass(explanation);
        var explained = Stopwatch.GetTimestamp();
        explanation.Rectangle = _rectangle;
        explanation.PreprocessTime = Stopwatch.GetElapsedTime(start, prepared);
        explanation.ForwardTime = Stopwatch.GetElapsedTime(prepared, passed) - within;
        explanation.ExplainTime = Stopwatch.GetElapsedTime(classified, explained) + within;
        _explained.TrySetResult();
        if (trial is not null && trial.Took(Stopwatch.GetElapsedTime(prepared, explained)) is { } best)
            End(trial, best);
        return true;
    }

    /// <summary>
    /// Runs a pass. One that fails while it is on trial ends the trial, and its frame is explained by the strategy that the stream
    /// began with.
    /// </summary>
    bool TryRun(ExplainedPass pass, StrategyTrial? trial, FrameExplanation explanation, out TimeSpan within)
    {
        try
        {
            within = _work.Run(pass, explanation);
            return true;
        }
        catch (ModelException e) when (trial is not null && pass != Own)
        {
            End(trial, Own, e);
            within = default;
            return false;
        }
    }

    void End(StrategyTrial trial, ExplainedPass best, ModelException? failure = null)
    {
        Volatile.Write(ref _pass, best);
        Volatile.Write(ref _trial, null);
        trial.End(best, failure);
    }

    FrameToTensor Transform(int width, int height, FitRule fit)
    {
        if (_transform is not null && _fitted == (width, height, fit))
            return _transform;
        var input = _model.Input;
        _rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        (_fitted, _stillTransform) = ((width, height, fit), null);
        return _transform = new FrameToTensor(input, width, height, _rectangle, _antialias);
    }

    StillToTensor StillTransform(int width, int height, FitRule fit)
    {
        if (_stillTransform is not null && _fitted == (width, height, fit))
            return _stillTransform;
        (_fitted, _transform) = ((width, height, fit), null);
        _stillTransform = new StillToTensor(_model.Input, width, height, fit);
        _rectangle = _stillTransform.Placement.Covered(_model.Input);
        return _stillTransform;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Own.Dispose();
        _work.Dispose();
    }
}
