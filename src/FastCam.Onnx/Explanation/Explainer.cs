using System.Diagnostics;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// One frame in, one explanation out: pre-processing, ONE forward pass, and the maps within it. One stream and one thread at a time; 0
/// managed bytes a frame.
/// </summary>
public sealed class Explainer : IDisposable
{
    readonly ExplainedNetwork _network;
    readonly Model _model;
    readonly MapPipeline _maps;
    readonly bool _antialias;
    readonly TaskCompletionSource _explained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ExplainedPass _pass;
    StrategyContest? _contest;
    FrameToTensor? _transform;
    StillToTensor? _stillTransform;
    (int Width, int Height, FitRule Fit) _fitted;
    SourceRectangle _rectangle;
    bool _staysBehind;
    int _isDisposed;

    /// <param name="network">The network; kept open until this is disposed.</param>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    internal Explainer(ExplainedNetwork network)
    {
        _network = network.Share();
        try
        {
            _model = network.Model;
            _antialias = network.Options.Antialias ?? _model.Input.Antialias;
            _maps = new MapPipeline(_model, network.Options, network.Network.Threads);
            _pass = network.CreatePass();
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    /// <summary>The display name of the strategy that takes the statistics.</summary>
    public string By => Volatile.Read(ref _pass).Statistics.Name;

    /// <summary>The scales' weights, finest first.</summary>
    public IReadOnlyList<float> Weights => _maps.Weights;

    /// <summary>Ends when a frame has been explained.</summary>
    public Task Explained => _explained.Task;

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
            var (start, pass) = (Stopwatch.GetTimestamp(), Begin());
            Transform(frame.Width, frame.Height, fit).Apply(frame, pass.Slot.Input);
            isDone = TryExplain(pass, start, explanation);
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
            var (start, pass) = (Stopwatch.GetTimestamp(), Begin());
            StillTransform(width, height, fit).Apply(pixels, pass.Slot.Input);
            isDone = TryExplain(pass, start, explanation);
        }
        while (!isDone);
    }

    /// <summary>For tests: whether the frames find out, at present, which strategy is the quickest.</summary>
    internal bool IsInContest => _contest is not null;

    /// <summary>For tests: lets the frames to come find out which strategy is the quickest.</summary>
    internal void Enter(StrategyContest contest) => _contest = contest;

    /// <summary>The pass that explains the next frame: the network's, or the one whose turn it is in a contest.</summary>
    ExplainedPass Begin()
    {
        _contest ??= _network.TakeContest();
        if (_contest is { } contest)
            return contest.Next(_pass);
        if (_pass.Network != _network.Network && !_staysBehind)
            Follow();
        return _pass;
    }

    /// <summary>
    /// Goes on by the strategy that another stream's frames have found to be quicker. Where this was the last stream to do so, the session before is
    /// closed here: that costs one frame some milliseconds, once.
    /// </summary>
    void Follow()
    {
        try
        {
            var before = _pass;
            Volatile.Write(ref _pass, _network.CreatePass());
            before.Dispose();
        }
        catch (ModelException)
        {
            _staysBehind = true; // The pass that it has still works.
        }
    }

    /// <summary>Explains what the input of the pass holds; false where the pass failed in a contest.</summary>
    bool TryExplain(ExplainedPass pass, long start, FrameExplanation explanation)
    {
        var prepared = Stopwatch.GetTimestamp();
        if (!TryRun(pass, explanation, out var within))
            return false;
        var passed = Stopwatch.GetTimestamp();
        pass.Slot.Read(explanation.Predictions);
        var classified = Stopwatch.GetTimestamp();
        _maps.Finish();
        pass.MapClass(explanation);
        var explained = Stopwatch.GetTimestamp();
        explanation.Rectangle = _rectangle;
        explanation.PreprocessTime = Stopwatch.GetElapsedTime(start, prepared);
        explanation.ForwardTime = Stopwatch.GetElapsedTime(prepared, passed) - within;
        explanation.ExplainTime = Stopwatch.GetElapsedTime(classified, explained) + within;
        if (_explained.TrySetResult())
            _network.NoteExplained();
        if (_contest?.Took(Stopwatch.GetElapsedTime(prepared, explained), _pass) is { } best)
            EndContest(best);
        return true;
    }

    /// <summary>
    /// Runs a pass. One that fails in a contest ends it, and its frame is explained by the strategy that the stream began with.
    /// </summary>
    bool TryRun(ExplainedPass pass, FrameExplanation explanation, out TimeSpan within)
    {
        try
        {
            within = _maps.Run(pass, explanation);
            return true;
        }
        catch (ModelException e) when (_contest is not null && pass != _pass)
        {
            EndContest(_pass, e);
            within = default;
            return false;
        }
    }

    void EndContest(ExplainedPass best, ModelException? failure = null)
    {
        var (contest, own) = (_contest!, _pass);
        _contest = null;
        if (best != own)
        {
            _network.Replace(best.Network);
            Volatile.Write(ref _pass, best);
        }
        contest.End(best, best == own ? null : own, failure);
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
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
            return;
        _contest?.GiveBack();
        _pass.Dispose();
        _maps.Dispose();
        _network.Dispose();
    }
}
