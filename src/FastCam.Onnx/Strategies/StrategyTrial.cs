using FastCam.Onnx.Explanation;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// Several explain strategies, taking turns at the frames of a stream: each frame gets the maps that it would get anyway, and nothing is
/// computed twice. One alone takes over at once. One thread at a time; 0 managed bytes a frame.
/// </summary>
sealed class StrategyTrial
{
    /// <summary>The first passes of a session fill its memory.</summary>
    const int WarmUps = 2;

    const int LeastRounds = 3;
    const int MostRounds = 60;

    static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    readonly IReadOnlyList<ExplainedPass> _passes;
    readonly TimeSpan[][] _times;
    readonly TaskCompletionSource<ExplainedPass> _best = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TimeSpan _spent;
    int _turn;
    int _round = -WarmUps;

    public StrategyTrial(IReadOnlyList<ExplainedPass> passes)
    {
        _passes = passes;
        _times = [.. passes.Select(_ => new TimeSpan[MostRounds])];
    }

    /// <summary>The quickest, once that is known.</summary>
    public Task<ExplainedPass> Best => _best.Task;

    /// <summary>The one whose turn it is.</summary>
    public ExplainedPass Next => _passes[_turn];

    /// <summary>Each strategy's median pass with its maps, and how many it is of; once the trial has ended.</summary>
    public IReadOnlyList<StrategyTiming> Times =>
        [.. _passes.Select((pass, turn) => new StrategyTiming(pass.Network.Strategy, Median(turn).TotalMilliseconds, _round))];

    /// <summary>Counts a pass of <see cref="Next"/>, and passes the turn on.</summary>
    /// <param name="time">What the pass with its maps took.</param>
    /// <returns>The quickest, when enough is known; null before.</returns>
    public ExplainedPass? Took(TimeSpan time)
    {
        _spent += time;
        if (_round >= 0)
            _times[_turn][_round] = time;
        if (++_turn < _passes.Count)
            return null;
        _turn = 0;
        _round++;
        if (_passes.Count == 1)
            return _passes[0];
        if (_round < MostRounds && (_round < LeastRounds || _spent < Budget))
            return null;
        var best = 0;
        for (var turn = 1; turn < _passes.Count; turn++)
        {
            if (Median(turn) < Median(best))
                best = turn;
        }
        return _passes[best];
    }

    /// <summary>What ended it, if a pass failed.</summary>
    public ModelException? Failure { get; private set; }

    /// <summary>Tells whoever awaits <see cref="Best"/>.</summary>
    public void End(ExplainedPass best, ModelException? failure = null)
    {
        Failure = failure;
        _best.TrySetResult(best);
    }

    TimeSpan Median(int turn)
    {
        var times = _times[turn].AsSpan(0, _round).ToArray();
        Array.Sort(times);
        return times[times.Length / 2];
    }
}
