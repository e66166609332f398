using FastCam.Onnx.Explanation;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Choice;

/// <summary>
/// Finds the quickest way to explain a running stream. The stream begins by taps at once; the other ways are made ready beside it, take turns at
/// its frames for about a second, and the quickest goes on alone. What was found is kept, so that the next start takes it without a trial.
/// </summary>
public sealed class WaySearch : IDisposable
{
    readonly Network _taps;
    readonly Explainer _explainer;
    readonly ExplanationOptions _options;
    readonly ModelCache _cache;
    readonly List<ExplainedPass> _passes = [];
    readonly List<string> _notices = [];
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    WaySearch(Network taps, Explainer explainer, ExplanationOptions options, ModelCache cache)
    {
        (_taps, _explainer, _options, _cache) = (taps, explainer, options, cache);
        Choice = Task.Run(SearchAsync);
    }

    /// <summary>The choice, once the stream is explained by it; null where the stream ended before.</summary>
    public Task<WayChoice?> Choice { get; }

    /// <summary>Begins to look once the first frame has been explained.</summary>
    /// <param name="taps">The network that the explainer runs, opened by taps; closed when another way is quicker.</param>
    /// <param name="explainer">Explains the stream.</param>
    /// <param name="options">What it explains by.</param>
    /// <param name="cache">Where choices and rewritten models are kept; null for the user's.</param>
    public static WaySearch Start(Network taps, Explainer explainer, ExplanationOptions options, ModelCache? cache = null) => new(taps, explainer, options, cache ?? ModelCache.Default);

    /// <summary>Ends the search and closes what it opened. The explainer must have explained its last frame.</summary>
    public void Dispose()
    {
        _stopped.TrySetResult();
        ((IAsyncResult)Choice).AsyncWaitHandle.WaitOne();
        foreach (var pass in _passes) Close(pass);
        _passes.Clear();
    }

    async Task<WayChoice?> SearchAsync()
    {
        if (!await IsReached(_explainer.Explained)) return null;
        var key = $"choice\nthreads {_taps.Threads}\nprovider {_taps.Provider.Name}\n{BlockedModel.KeyOf(_taps.Model, _options)}";
        if (WayChoice.From(_cache.Read(key)) is { } kept && (kept.By == ExplainBy.Taps || Open(kept.By)))
            return kept.By == ExplainBy.Taps || await Try([.. _passes]) is not null ? kept : null;
        foreach (var way in Ways(_taps.Provider))
        {
            if (_stopped.Task.IsCompleted) return null;
            Open(way);
        }
        if (_passes.Count == 0) return new WayChoice(ExplainBy.Taps, [], false, _notices);
        if (await Try([_explainer.Own, .. _passes]) is not { } trial) return null;
        var choice = new WayChoice((await trial.Best).Network.ExplainBy, trial.Times, false, _notices);
        if (_cache.Write(key, choice.ToBytes()) is { } hindrance) Note($"The choice is not kept for the next start ({hindrance.TrimEnd('.')}).");
        return choice;
    }

    /// <summary>The ways that may be quicker than taps.</summary>
    static IEnumerable<ExplainBy> Ways(ExecutionProvider provider) => provider == ExecutionProvider.Cpu ? [ExplainBy.Operator, ExplainBy.Blocked] : [ExplainBy.Nodes];

    /// <summary>Lets ways take turns at the stream's frames, and closes all but the quickest.</summary>
    /// <returns>The trial, or null where the stream ended before it.</returns>
    async Task<PassTrial?> Try(IReadOnlyList<ExplainedPass> passes)
    {
        var trial = new PassTrial(passes);
        _explainer.Try(trial);
        if (!await IsReached(trial.Best)) return null;
        var best = await trial.Best;
        foreach (var pass in _passes.Prepend(_explainer.Own).ToList())
        {
            if (pass == best) continue;
            _passes.Remove(pass);
            Close(pass);
        }
        return trial;
    }

    async Task<bool> IsReached(Task task) => await Task.WhenAny(task, _stopped.Task) == task;

    /// <summary>Makes a way ready; what cannot be is left out, with a notice.</summary>
    bool Open(ExplainBy way)
    {
        var options = _options with { By = way };
        Network? network = null;
        try
        {
            network = _taps.Reopen(options, _cache);
            Note(network.Notice);
            if (network.ExplainBy == way && (way != ExplainBy.Nodes || IsRight(network)))
            {
                _passes.Add(new ExplainedPass(network, options));
                return true;
            }
        }
        catch (ModelException e)
        {
            Note(e.Message);
        }
        network?.Dispose();
        return false;
    }

    /// <summary>Holds nodes on a device against the taps there, which were held against the CPU.</summary>
    bool IsRight(Network nodes)
    {
        if (ProviderCheck.Fault(nodes, _taps, _options) is not { } fault) return true;
        Note($"Not explaining by nodes: {fault}.");
        return false;
    }

    void Note(string? notice)
    {
        if (notice is not null && !_notices.Contains(notice)) _notices.Add(notice);
    }

    static void Close(ExplainedPass pass)
    {
        pass.Dispose();
        pass.Network.Dispose();
    }
}
