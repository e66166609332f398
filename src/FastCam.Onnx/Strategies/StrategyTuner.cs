using FastCam.Onnx.Explanation;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// Finds the quickest explain strategy for a running stream. The stream begins by taps at once; the other strategies are made ready beside it, take turns at
/// its frames for about a second, and the quickest goes on alone. What was found is kept, so that the next start takes it without a trial.
/// </summary>
public sealed class StrategyTuner : IDisposable
{
    readonly Network _taps;
    readonly Explainer _explainer;
    readonly ExplanationOptions _options;
    readonly ModelCache _cache;
    readonly List<ExplainedPass> _passes = [];
    readonly List<string> _notices = [];
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    StrategyTuner(Network taps, Explainer explainer, ExplanationOptions options, ModelCache cache)
    {
        (_taps, _explainer, _options, _cache) = (taps, explainer, options, cache);
        Choice = Task.Run(ChooseAsync);
    }

    /// <summary>The choice, once the stream is explained by it; null where the stream ended before.</summary>
    public Task<StrategyChoice?> Choice { get; }

    /// <summary>Begins to look once the first frame has been explained.</summary>
    /// <param name="taps">The network that the explainer runs, opened by taps; closed when another strategy is quicker.</param>
    /// <param name="explainer">Explains the stream.</param>
    /// <param name="options">What it explains by.</param>
    /// <param name="cache">Where choices and rewritten models are kept; null for the user's.</param>
    public static StrategyTuner Start(Network taps, Explainer explainer, ExplanationOptions options, ModelCache? cache = null) =>
        new(taps, explainer, options, cache ?? ModelCache.Default);

    /// <summary>Ends the search and closes what it opened. The explainer must have explained its last frame.</summary>
    public void Dispose()
    {
        _stopped.TrySetResult();
        ((IAsyncResult)Choice).AsyncWaitHandle.WaitOne();
        foreach (var pass in _passes)
            Close(pass);
        _passes.Clear();
    }

    /// <summary>A search that fails leaves the stream as it is: it flows by taps already.</summary>
    async Task<StrategyChoice?> ChooseAsync()
    {
        try
        {
            return await SearchAsync();
        }
        catch (Exception e)
        {
            return Taps($"The explain strategies were not compared ({e.Message.TrimEnd('.')}).");
        }
    }

    async Task<StrategyChoice?> SearchAsync()
    {
        if (!await IsReached(_explainer.Explained))
            return null;
        var key =
            $"choice of {typeof(StrategyTuner).Assembly.GetName().Version}\nthreads {_taps.Threads} "
            + $"of {Environment.ProcessorCount}\nprovider {_taps.Provider.Name}\n{BlockedModel.KeyOf(_taps.Model, _options)}";
        if (StrategyChoice.From(_cache.Read(key, ModelCache.ChoiceEnding)) is { } kept)
        {
            if (kept.Strategy == ExplainStrategy.Taps)
                return kept;
            if (Open(kept.Strategy) is null)
            {
                if (await Try([.. _passes]) is not { } taken)
                    return null;
                return taken.Failure is { } failure ? Taps(failure.Message) : kept with { Notices = _notices };
            }
        }
        var causes = new List<(ExplainStrategy Strategy, string Reason)>();
        foreach (var strategy in Candidates(_taps.Provider))
        {
            if (_stopped.Task.IsCompleted)
                return null;
            if (Open(strategy) is { } cause)
                causes.Add((strategy, cause));
        }
        _notices.AddRange(
            causes.GroupBy(
                cause => cause.Reason,
                (reason, strategies) =>
                    $"Not explaining by {string.Join(" or ", strategies.Select(strategy => StrategyChoice.Name(strategy.Strategy)))}: {reason}."));
        if (_passes.Count == 0)
            return Taps();
        if (await Try([_explainer.Own, .. _passes]) is not { } trial)
            return null;
        if (trial.Failure is { } fault)
            return Taps(fault.Message);
        var choice = new StrategyChoice((await trial.Best).Network.Strategy, trial.Times, false, _notices);
        if (_cache.Write(key, choice.ToBytes(), ModelCache.ChoiceEnding) is { } unkept)
            _notices.Add($"The choice is not kept for the next start ({unkept.TrimEnd('.')}).");
        return choice;
    }

    StrategyChoice Taps(string? notice = null)
    {
        if (notice is not null)
            _notices.Add(notice);
        return new StrategyChoice(ExplainStrategy.Taps, [], false, _notices);
    }

    /// <summary>The strategies that may be quicker than taps.</summary>
    static IEnumerable<ExplainStrategy> Candidates(ExecutionProvider provider) =>
        provider == ExecutionProvider.Cpu ? [ExplainStrategy.Operator, ExplainStrategy.Blocked] : [ExplainStrategy.Nodes];

    /// <summary>Lets strategies take turns at the stream's frames, and closes all but the quickest.</summary>
    /// <returns>The trial, or null where the stream ended before it.</returns>
    async Task<StrategyTrial?> Try(IReadOnlyList<ExplainedPass> passes)
    {
        var trial = new StrategyTrial(passes);
        _explainer.Try(trial);
        if (!await IsReached(trial.Best))
            return null;
        var best = await trial.Best;
        foreach (var pass in _passes.Prepend(_explainer.Own).ToList())
        {
            if (pass == best)
                continue;
            _passes.Remove(pass);
            Close(pass);
        }
        return trial;
    }

    async Task<bool> IsReached(Task task) => await Task.WhenAny(task, _stopped.Task) == task;

    /// <summary>Makes a strategy ready that explains as the taps do.</summary>
    /// <returns>Why it cannot be, as half a sentence; null where it is ready.</returns>
    string? Open(ExplainStrategy strategy)
    {
        var options = _options with { Strategy = strategy };
        Network? network = null;
        try
        {
            if (!_taps.TryReopen(options, _cache, out network, out var cause))
                return cause;
            var fault = strategy switch
            {
                ExplainStrategy.Nodes => ProviderCheck.Fault(network, _taps, _options, reference: "the taps'"),
                ExplainStrategy.Operator => ExplanationCheck.Fault(_taps, network, _options),
                _ => null, // A blocked network is not opened unless it does.
            };
            if (fault is not null)
                return fault;
            if (network.Notice is { } notice)
                _notices.Add(notice);
            _passes.Add(new ExplainedPass(network, options));
            network = null;
            return null;
        }
        catch (ModelException e)
        {
            return e.Message.TrimEnd('.');
        }
        finally
        {
            network?.Dispose();
        }
    }

    static void Close(ExplainedPass pass)
    {
        pass.Dispose();
        pass.Network.Dispose();
    }
}
