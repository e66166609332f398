using FastCam.Onnx.Operator;

namespace FastCam.Onnx.Strategies;

/// <summary>
/// Times several explain strategies that take turns at the frames of a stream, and says which is to go on. One alone takes over at once. One thread
/// at a time; 0 managed bytes a frame until it ends.
/// </summary>
/// <param name="strategies">The strategies, the simplest first.</param>
sealed class StrategyTrial(IReadOnlyList<ExplainStrategy> strategies)
{
    /// <summary>
    /// The simplest strategy goes on whose pass is longer than the quickest's by less than this part of its own: so little is noise, and would change
    /// from start to start.
    /// </summary>
    public const double Margin = 0.02;

    /// <summary>The first passes of a session fill its memory.</summary>
    const int WarmUps = 2;

    const int LeastRounds = 3;
    const int MostRounds = 60;

    static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);

    readonly TimeSpan[][] _times = [.. strategies.Select(_ => new TimeSpan[MostRounds])];
    TimeSpan _spent;
    int _round = -WarmUps;

    /// <summary>The place of the one whose turn it is.</summary>
    public int Turn { get; private set; }

    /// <summary>Each strategy's median pass with its maps, and how many it is of; once the trial has ended.</summary>
    public IReadOnlyList<StrategyTiming> Times =>
        [.. strategies.Select((strategy, turn) => new StrategyTiming(strategy, Median(turn).TotalMilliseconds, _round))];

    /// <summary>Counts a pass of the one whose turn it was, and passes the turn on.</summary>
    /// <param name="time">What the pass with its maps took.</param>
    /// <returns>The place of the one that goes on, when enough is known; null before.</returns>
    public int? Took(TimeSpan time)
    {
        _spent += time;
        if (_round >= 0)
            _times[Turn][_round] = time;
        if (++Turn < strategies.Count)
            return null;
        Turn = 0;
        _round++;
        if (strategies.Count == 1)
            return 0;
        if (_round < MostRounds && (_round < LeastRounds || _spent < Budget))
            return null;
        var medians = Enumerable.Range(0, strategies.Count).Select(Median).ToList();
        return medians.FindIndex(median => median * (1 - Margin) <= medians.Min());
    }

    /// <summary>Begins anew, on another stream.</summary>
    public void Restart() => (_spent, _round, Turn) = (default, -WarmUps, 0);

    TimeSpan Median(int turn)
    {
        var times = _times[turn].AsSpan(0, Math.Max(_round, 0)).ToArray();
        Array.Sort(times);
        return times.Length == 0 ? default : times[times.Length / 2];
    }
}
