using FastCam.Onnx.Maps;
using FastCam.Onnx.Strategies;

namespace FastCam.Onnx.Explanation;

/// <summary>
/// Passes by other strategies, ready to take turns at the frames of one stream with the pass that it began with: each frame gets the maps that it
/// would get anyway, and nothing is computed twice.
/// </summary>
sealed class StrategyContest
{
    readonly IReadOnlyList<ExplainedPass> _challengers;
    readonly bool _includesOwn;
    readonly TaskCompletionSource<ContestOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly StrategyTrial _trial;
    int _isTaken;

    /// <param name="own">The network that the streams run by.</param>
    /// <param name="challengers">The others; they belong to the contest's maker, but for the one that wins.</param>
    /// <param name="includesOwn">Whether a stream's own pass takes turns too; without, the challenger is tried once and taken.</param>
    public StrategyContest(Networks.Network own, IReadOnlyList<ExplainedPass> challengers, bool includesOwn)
    {
        (_challengers, _includesOwn) = (challengers, includesOwn);
        var others = challengers.Select(pass => pass.Network.Strategy);
        _trial = new StrategyTrial([.. includesOwn ? others.Prepend(own.Strategy) : others]);
    }

    /// <summary>How it ended.</summary>
    public Task<ContestOutcome> Outcome => _outcome.Task;

    /// <summary>Each strategy's median pass with its maps, once it has ended.</summary>
    public IReadOnlyList<StrategyTiming> Times => _trial.Times;

    /// <summary>Lets one stream, and no other, hold it.</summary>
    public bool TryTake() => !Outcome.IsCompleted && Interlocked.CompareExchange(ref _isTaken, 1, 0) == 0;

    /// <summary>The stream that held it ended before: another may go on, from the beginning.</summary>
    public void GiveBack()
    {
        _trial.Restart();
        Volatile.Write(ref _isTaken, 0);
    }

    /// <summary>The pass whose turn it is.</summary>
    public ExplainedPass Next(ExplainedPass own) => At(_trial.Turn, own);

    /// <summary>Counts a pass of <see cref="Next"/>.</summary>
    /// <returns>The one that goes on, when enough is known; null before.</returns>
    public ExplainedPass? Took(TimeSpan time, ExplainedPass own) => _trial.Took(time) is { } best ? At(best, own) : null;

    /// <summary>Tells whoever awaits the outcome.</summary>
    /// <param name="best">The pass that goes on.</param>
    /// <param name="retired">The stream's own pass, where another goes on: it is to be disposed.</param>
    /// <param name="failure">What ended it, if a pass failed.</param>
    public void End(ExplainedPass best, ExplainedPass? retired, ModelException? failure) => _outcome.TrySetResult(new ContestOutcome(best, retired, failure));

    ExplainedPass At(int turn, ExplainedPass own) => !_includesOwn ? _challengers[turn] : turn == 0 ? own : _challengers[turn - 1];
}

/// <summary>How a <see cref="StrategyContest"/> ended.</summary>
/// <param name="Best">The pass that goes on; it belongs to its stream.</param>
/// <param name="Retired">The stream's own pass, where another goes on.</param>
/// <param name="Failure">What ended it, if a pass failed.</param>
sealed record ContestOutcome(ExplainedPass Best, ExplainedPass? Retired, ModelException? Failure);
