using FastCam.Saliency.Masks;

namespace FastCam.Tests.Saliency;

public sealed class ScoresTests
{
    // The paper's Table 4, ImageNet: layers 1 to 5 kept, then removed.
    static readonly double[] RandomKept = [0.6642, 0.6128, 0.5067, 0.4081, 0.4298];
    static readonly double[] RandomRemoved = [0.7348, 0.7241, 0.6890, 0.6463, 0.6604];
    static readonly double[] SmoeKept = [0.5661, 0.5069, 0.5125, 0.4640, 0.6300];
    static readonly double[] SmoeRemoved = [0.4448, 0.4481, 0.3635, 0.3388, 0.2115];

    [Fact]
    public void The_paper_s_scores_of_smoe_follow_from_its_accuracies()
    {
        Assert.Equal(1.70, Scores.Difference(SmoeRemoved, RandomRemoved, SmoeKept, RandomKept), 0.01);
        Assert.Equal(1.13, Scores.Information(SmoeRemoved, RandomRemoved, SmoeKept, RandomKept), 0.005);
    }

    [Fact]
    public void One_case_by_hand()
    {
        Assert.Equal(0.3 + 0.2, Scores.Difference([0.4], [0.7], [0.6], [0.4]), 1e-15);
        Assert.Equal(-0.4 * Math.Log(0.4 / 0.7) - 0.4 * Math.Log(0.4 / 0.6), Scores.Information([0.4], [0.7], [0.6], [0.4]), 1e-15);
    }

    [Fact]
    public void Random_masks_score_nothing()
    {
        Assert.Equal(0, Scores.Difference(RandomRemoved, RandomRemoved, RandomKept, RandomKept));
        Assert.Equal(0, Scores.Information(RandomRemoved, RandomRemoved, RandomKept, RandomKept));
    }

    [Fact]
    public void Accuracies_of_zero_have_their_limits()
    {
        Assert.Equal(0, Scores.Information([0], [0], [0], [0]));
        Assert.Equal(0, Scores.Information([0], [0.5], [], []));
        Assert.Equal(double.NegativeInfinity, Scores.Information([], [], [0], [0.5]));
    }

    [Fact]
    public void Cases_that_do_not_pair_and_percentages_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Scores.Difference([0.1, 0.2], [0.1], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Scores.Information([44.8], [73.5], [], []));
    }
}
