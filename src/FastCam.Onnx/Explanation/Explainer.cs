using System.Diagnostics;
using FastCam.Onnx.Choice;
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
    readonly Model _model;
    readonly MapWork _work;
    readonly bool _antialias;
    readonly TaskCompletionSource _explained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ExplainedPass _pass;
    PassTrial? _trial;
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
        _model = model;
        _antialias = options.Antialias ?? model.Input.Antialias;
        _work = new MapWork(network, options);
        _pass = Own = new ExplainedPass(network, options);
    }

    /// <summary>How the statistics are taken, for people.</summary>
    public string By => Volatile.Read(ref _pass).Statistics.Name;

    /// <summary>The scales' weights, finest first.</summary>
    public IReadOnlyList<float> Weights => _work.Weights;

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

    /// <summary>Ends when a frame has been explained.</summary>
    public Task Explained => _explained.Task;

    /// <summary>Explains the frames to come by each of these in turn, and from then on by the quickest.</summary>
    internal void Try(PassTrial trial) => Volatile.Write(ref _trial, trial);

    /// <summary>The way that it began with.</summary>
    internal ExplainedPass Own { get; }

    /// <summary>Explains a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="fit">How it becomes the input.</param>
    /// <param name="explanation">Its identity is read, all else filled.</param>
    /// <exception cref="ModelException">The forward pass failed.</exception>
    public void Explain(in I420 frame, FitRule fit, FrameExplanation explanation)
    {
        var trial = Volatile.Read(ref _trial);
        var pass = trial?.Next ?? Volatile.Read(ref _pass);
        var start = Stopwatch.GetTimestamp();
        Transform(frame.Width, frame.Height, fit).Apply(frame, pass.Slot.Input);
        var prepared = Stopwatch.GetTimestamp();
        if (!TryRun(pass, trial, explanation, out var within))
        {
            Explain(frame, fit, explanation);
            return;
        }
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
        if (trial is not null && trial.Took(Stopwatch.GetElapsedTime(prepared, explained)) is { } best) End(trial, best);
    }

    /// <summary>Runs a pass. One that fails while it is on trial ends the trial, and its frame is explained by the way that the stream began with.</summary>
    bool TryRun(ExplainedPass pass, PassTrial? trial, FrameExplanation explanation, out TimeSpan within)
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

    void End(PassTrial trial, ExplainedPass best, ModelException? failure = null)
    {
        Volatile.Write(ref _pass, best);
        Volatile.Write(ref _trial, null);
        trial.End(best, failure);
    }

    FrameToTensor Transform(int width, int height, FitRule fit)
    {
        if (_transform is not null && _fitted == (width, height, fit)) return _transform;
        var input = _model.Input;
        _rectangle = Fit.Rectangle(fit, width, height, input.Width, input.Height, input.CropFraction);
        _fitted = (width, height, fit);
        return _transform = new FrameToTensor(input, width, height, _rectangle, _antialias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Own.Dispose();
        _work.Dispose();
    }
}
