using FastCam.Lab.Generation;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Strategies;

public sealed class StrategyTrialTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<Network> _networks = [];
    readonly ExplainedPass[] _passes;

    public StrategyTrialTests()
    {
        var model = Model.Load(_folder.Write("net.onnx", GeneratedNetworks.Write("resnet18", new GeneratorOptions { InputSize = 64 }).File));
        _passes = [.. new[] { ExplainStrategy.Taps, ExplainStrategy.Operator }.Select(strategy =>
        {
            var options = new ExplanationOptions { Strategy = strategy };
            _networks.Add(Network.Open(model, "cpu", 1, options));
            return new ExplainedPass(_networks[^1], options);
        })];
    }

    public void Dispose()
    {
        foreach (var pass in _passes)
            pass.Dispose();
        foreach (var network in _networks)
            network.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(3, 4, 0)]
    [InlineData(4, 3, 1)]
    public void The_way_with_the_lower_median_is_the_quickest_whatever_its_slowest_pass(int first, int second, int quickest)
    {
        var trial = new StrategyTrial(_passes);

        var best = Finish(trial, (turn, round) => round % 5 == 0 && turn == quickest ? 100 : turn == 0 ? first : second);

        Assert.Same(_passes[quickest], best);
        Assert.Equal(
            [(ExplainStrategy.Taps, (double)first), (ExplainStrategy.Operator, second)], trial.Times.Select(timing => (timing.Strategy, timing.Milliseconds)));
    }

    [Fact]
    public void Ways_take_turns_and_the_first_passes_of_each_do_not_count()
    {
        var trial = new StrategyTrial(_passes);
        var turns = new List<ExplainedPass>();

        Finish(trial, (turn, round) => round < 2 ? 1000 * (1 - turn) : 1 + turn, turns);

        Assert.All(turns.Index(), turn => Assert.Same(_passes[turn.Index % 2], turn.Item));
        Assert.Equal(1, trial.Times[0].Milliseconds);
    }

    [Theory]
    [InlineData(0.1, 60)]
    [InlineData(25, 18)]
    [InlineData(2000, 3)]
    public void A_trial_takes_a_second_of_passes_or_what_three_rounds_or_sixty_take(double milliseconds, int rounds)
    {
        var trial = new StrategyTrial(_passes);

        Finish(trial, (_, _) => milliseconds);

        Assert.All(trial.Times, timing => Assert.Equal(rounds, timing.Passes));
    }

    [Fact]
    public async Task One_way_alone_takes_over_at_once()
    {
        var trial = new StrategyTrial([_passes[1]]);

        Assert.Same(_passes[1], trial.Took(TimeSpan.FromSeconds(1)));
        Assert.False(trial.Best.IsCompleted);
        trial.End(_passes[1]);
        Assert.Same(_passes[1], await trial.Best);
    }

    static ExplainedPass Finish(StrategyTrial trial, Func<int, int, double> milliseconds, List<ExplainedPass>? turns = null)
    {
        for (var pass = 0; ; pass++)
        {
            turns?.Add(trial.Next);
            if (trial.Took(TimeSpan.FromMilliseconds(milliseconds(pass % 2, pass / 2))) is { } best)
                return best;
        }
    }
}
