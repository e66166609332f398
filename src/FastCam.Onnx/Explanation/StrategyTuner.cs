using System.Reflection;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// Finds the quickest explain strategy for a running network. Its streams begin by taps at once; the other strategies are made ready beside them,
/// take turns at the frames of one stream for about a second, and the quickest goes on alone, for all streams. What was found is kept, so that the
/// next start takes it without a trial.
/// </summary>
sealed class StrategyTuner : IDisposable
{
    readonly ExplainedNetwork _explained;
    readonly Network _taps;
    readonly NetworkOpener _opener;
    readonly List<ExplainedPass> _challengers = [];
    readonly List<string> _notices = [];
    readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    StrategyContest? _contest;
    bool _needsTaps = true;

    /// <param name="explained">The network, opened by taps, whose strategy is looked for once it has explained a frame.</param>
    /// <param name="opener">What opened it.</param>
    public StrategyTuner(ExplainedNetwork explained, NetworkOpener opener)
    {
        (_explained, _taps, _opener) = (explained, explained.Network.Share(), opener);
        Choice = Task.Run(ChooseAsync);
    }

    /// <summary>The version of this product, with the revision that it was built from: another may choose otherwise.</summary>
    static string ProductVersion =>
        typeof(StrategyTuner).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>The choice, once it is in use; null where the network was closed before.</summary>
    public Task<StrategyChoice?> Choice { get; }

    /// <summary>What a stream's frames are to find out; null where that is nothing.</summary>
    public StrategyContest? Contest => Volatile.Read(ref _contest);

    /// <summary>Ends the search and closes what it opened. No stream may run any more.</summary>
    public void Dispose()
    {
        _stopped.TrySetResult();
        Choice.Wait(); // It never fails, and the pool starts another thread meanwhile.
        CloseChallengers(best: null);
        CloseTaps();
    }

    /// <summary>A search that fails leaves the streams as they are: they flow by taps already.</summary>
    async Task<StrategyChoice?> ChooseAsync()
    {
        try
        {
            return await SearchAsync();
        }
        catch (Exception e)
        {
            if (Contest is null)
                CloseChallengers(best: null);
            _notices.Add($"The explain strategies were not compared ({e.Message.TrimEnd('.')}).");
            return new StrategyChoice(_explained.Strategy, [], false, _notices);
        }
    }

    async Task<StrategyChoice?> SearchAsync()
    {
        if (!await IsReached(_explained.Explained))
            return null;
        var (model, options) = (_explained.Model, _explained.Options);
        var exports = LayerTensors.Exports(model, ExplainStrategy.Blocked, options.Statistic, options.ClassMap is not null);
        var key =
            $"choice of {ProductVersion}\nthreads {_taps.Threads} of {Environment.ProcessorCount}\nprovider {_taps.Provider.Name}\n"
            + BlockedModel.KeyOf(model, options.Statistic, exports);
        var now = DateTimeOffset.UtcNow;
        if (StrategyChoice.From(_opener.Cache.Read(key, ModelCache.ChoiceEnding), now) is { } kept)
        {
            if (kept.Strategy == ExplainStrategy.Taps)
                return kept;
            if (Open(kept.Strategy) is null)
            {
                if (await HoldAsync(includesOwn: false) is not { } taken)
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
        if (_challengers.Count == 0)
            return Taps();
        if (await HoldAsync(includesOwn: true) is not { } outcome)
            return null;
        if (outcome.Failure is { } fault)
            return Taps(fault.Message);
        var choice = new StrategyChoice(outcome.Best.Network.Strategy, _contest!.Times, false, _notices) { Measured = now };
        if (_opener.Cache.Write(key, choice.ToBytes(), ModelCache.ChoiceEnding) is { } unkept)
            _notices.Add($"The choice is not kept for the next start ({unkept.TrimEnd('.')}).");
        return choice;
    }

    StrategyChoice Taps(params IEnumerable<string> notices)
    {
        _notices.AddRange(notices);
        return new StrategyChoice(ExplainStrategy.Taps, [], false, _notices);
    }

    /// <summary>The strategies that may be quicker than taps, the simplest first.</summary>
    static IEnumerable<ExplainStrategy> Candidates(ExecutionProvider provider) =>
        provider == ExecutionProvider.Cpu ? [ExplainStrategy.Operator, ExplainStrategy.Blocked] : [ExplainStrategy.Nodes];

    /// <summary>Lets strategies take turns at a stream's frames, and closes all but the one that goes on.</summary>
    /// <returns>The outcome, or null where the network was closed before it.</returns>
    async Task<ContestOutcome?> HoldAsync(bool includesOwn)
    {
        var contest = new StrategyContest(_taps, [.. _challengers], includesOwn);
        Volatile.Write(ref _contest, contest);
        if (!await IsReached(contest.Outcome))
            return null;
        var outcome = await contest.Outcome;
        CloseChallengers(outcome.Best);
        if (outcome.Retired is { } retired)
        {
            retired.Dispose();
            CloseTaps();
        }
        return outcome;
    }

    async Task<bool> IsReached(Task task)
    {
        await Task.WhenAny(task, _stopped.Task);
        return task.IsCompleted;
    }

    /// <summary>Makes a strategy ready that explains as the taps do.</summary>
    /// <returns>Why it cannot be, as half a sentence; null where it is ready.</returns>
    string? Open(ExplainStrategy strategy)
    {
        Network? network = null;
        try
        {
            if (!_opener.TryOpen(_taps.Provider, strategy, _taps, out network, out var cause))
                return cause;
            var fault = strategy switch
            {
                ExplainStrategy.Nodes => ProviderCheck.Fault(network, _taps, _explained.Options, reference: "the taps'"),
                ExplainStrategy.Operator => ExplanationCheck.Fault(_taps, network, _explained.Options),
                _ => null, // A blocked network is not opened unless it does.
            };
            if (fault is not null)
                return fault;
            if (network.Notice is { } notice)
                _notices.Add(notice);
            _challengers.Add(new ExplainedPass(network, _explained.Options));
            return null;
        }
        catch (ModelException e)
        {
            return e.Message.TrimEnd('.');
        }
        finally
        {
            network?.Dispose(); // The pass keeps it open.
        }
    }

    void CloseTaps()
    {
        if (_needsTaps)
            _taps.Dispose();
        _needsTaps = false;
    }

    void CloseChallengers(ExplainedPass? best)
    {
        foreach (var pass in _challengers)
        {
            if (pass != best)
                pass.Dispose();
        }
        _challengers.Clear();
    }
}
