using FastCam.Onnx.Operator;
using FastCam.Onnx.Strategies;

namespace FastCam.Tests.Strategies;

public sealed class StrategyTrialTests
{
    static readonly ExplainStrategy[] Two = [ExplainStrategy.Taps, ExplainStrategy.Operator];

    [Theory]
    [InlineData(3, 4, 0)]
    [InlineData(4, 3, 1)]
    [InlineData(100, 99, 0)]
    [InlineData(100, 97, 1)]
    public void The_lower_median_wins_whatever_its_slowest_pass_and_the_simpler_where_it_is_close(int first, int second, int best)
    {
        var trial = new StrategyTrial(Two);

        Assert.Equal(best, Finish(trial, (turn, round) => round % 5 == 0 && turn == best ? 1000 : turn == 0 ? first : second));
        Assert.Equal(
            [(ExplainStrategy.Taps, (double)first), (ExplainStrategy.Operator, second)], trial.Times.Select(timing => (timing.Strategy, timing.Milliseconds)));
    }

    [Theory]
    [InlineData(100, 98.5, 97.5, 1)]
    [InlineData(100, 99.5, 98.5, 0)]
    [InlineData(100, 90, 80, 2)]
    public void Of_three_the_simplest_that_is_as_good_as_the_quickest_wins(double taps, double inOperators, double inBlocks, int best)
    {
        var trial = new StrategyTrial([ExplainStrategy.Taps, ExplainStrategy.Operator, ExplainStrategy.Blocked]);
        double[] milliseconds = [taps, inOperators, inBlocks];
        int? found = null;

        while (found is null)
            found = trial.Took(TimeSpan.FromMilliseconds(milliseconds[trial.Turn]));

        Assert.Equal(best, found);
    }

    [Fact]
    public void Strategies_take_turns_and_the_first_passes_of_each_do_not_count()
    {
        var trial = new StrategyTrial(Two);
        var turns = new List<int>();

        Finish(trial, (turn, round) => round < 2 ? 1000 * (1 - turn) : 1 + turn, turns);

        Assert.All(turns.Index(), turn => Assert.Equal(turn.Index % 2, turn.Item));
        Assert.Equal(1, trial.Times[0].Milliseconds);
    }

    [Theory]
    [InlineData(0.1, 60)]
    [InlineData(25, 18)]
    [InlineData(2000, 3)]
    public void A_trial_takes_a_second_of_passes_or_what_three_rounds_or_sixty_take(double milliseconds, int rounds)
    {
        var trial = new StrategyTrial(Two);

        Finish(trial, (_, _) => milliseconds);

        Assert.All(trial.Times, timing => Assert.Equal(rounds, timing.Passes));
    }

    [Fact]
    public void One_strategy_alone_takes_over_at_once() =>
        Assert.Equal(0, new StrategyTrial([ExplainStrategy.Operator]).Took(TimeSpan.FromSeconds(1)));

    [Fact]
    public void A_trial_that_begins_anew_forgets_what_it_measured()
    {
        var trial = new StrategyTrial(Two);
        for (var pass = 0; pass < 7; pass++)
            trial.Took(TimeSpan.FromMilliseconds(pass % 2 == 0 ? 1 : 9));

        trial.Restart();

        Assert.Equal(0, trial.Turn);
        Assert.Equal(1, Finish(trial, (turn, _) => turn == 0 ? 9 : 1));
    }

    static int Finish(StrategyTrial trial, Func<int, int, double> milliseconds, List<int>? turns = null)
    {
        for (var pass = 0; ; pass++)
        {
            turns?.Add(trial.Turn);
            if (trial.Took(TimeSpan.FromMilliseconds(milliseconds(pass % 2, pass / 2))) is { } best)
                return best;
        }
    }
}
