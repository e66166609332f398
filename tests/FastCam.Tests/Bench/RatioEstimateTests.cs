using FastCam.Lab.Bench;

namespace FastCam.Tests.Bench;

/// <summary>Tests the statistics of the benchmark on data whose answer is known.</summary>
public sealed class RatioEstimateTests
{
    [Theory]
    [InlineData(3, new double[] { 3 })]
    [InlineData(2, new double[] { 5, 1, 2 })]
    [InlineData(2.5, new double[] { 4, 1, 3, 2 })]
    [InlineData(1, new double[] { 1, 1000, 1, 1, 1000 })]
    public void The_median_is_the_middle_value(double expected, double[] values) => Assert.Equal(expected, RatioEstimate.Median(values));

    [Fact]
    public void The_ratio_is_that_of_the_medians_and_not_of_the_means()
    {
        var estimate = RatioEstimate.FromPairs([10, 10, 10, 10, 500], [11, 11, 9000, 11, 11]);

        Assert.Equal((10, 11, 1.1, 5), (estimate.BaselineMs, estimate.Ms, estimate.Ratio, estimate.Pairs));
    }

    [Fact]
    public void Equal_measurements_leave_no_interval()
    {
        var estimate = RatioEstimate.FromPairs([4, 4, 4, 4], [5, 5, 5, 5]);

        Assert.Equal((1.25, 1.25, 1.25), (estimate.Low, estimate.Ratio, estimate.High));
    }

    /// <summary>Where subject = 2 · baseline in every pair, resampling whole pairs always gives 2, and resampling each side alone would not.</summary>
    [Fact]
    public void Pairs_stay_together()
    {
        double[] baseline = [.. Samples(101, seed: 3, spread: 50)];

        var estimate = RatioEstimate.FromPairs(baseline, [.. baseline.Select(time => 2 * time)]);

        Assert.Equal(2, estimate.Low, 12);
        Assert.Equal(2, estimate.High, 12);
    }

    [Fact]
    public void The_same_measurements_give_the_same_interval()
    {
        double[] baseline = [.. Samples(60, seed: 1, spread: 5)], subject = [.. Samples(60, seed: 2, spread: 5)];

        Assert.Equal(RatioEstimate.FromPairs(baseline, subject), RatioEstimate.FromPairs(baseline, subject));
    }

    /// <summary>Of 200 experiments whose true ratio is 1, about 190 intervals hold it.</summary>
    [Fact]
    public void The_interval_holds_the_truth_about_as_often_as_it_says()
    {
        const int Experiments = 200;
        var held = Enumerable.Range(0, Experiments).Count(experiment =>
        {
            var estimate = RatioEstimate.FromPairs([.. Samples(80, 2 * experiment, spread: 10)], [.. Samples(80, 2 * experiment + 1, spread: 10)]);
            Assert.InRange(estimate.Ratio, estimate.Low, estimate.High);
            return estimate.Low <= 1 && estimate.High >= 1;
        });

        Assert.InRange(held, 180, 199);
    }

    /// <summary>
    /// One of four set-ups is slower. Two of its kind among four would move the median, and no number of pairs tells how many there are.
    /// </summary>
    [Fact]
    public void What_differs_between_set_ups_widens_the_interval()
    {
        double[] baseline = [.. Enumerable.Repeat(10.0, 400)], subject = [.. Enumerable.Repeat(10.0, 300), .. Enumerable.Repeat(12.0, 100)];

        Assert.Equal((1, 1), (RatioEstimate.FromPairs(baseline, subject).Low, RatioEstimate.FromPairs(baseline, subject).High));
        Assert.Equal((1, 1.2), (RatioEstimate.FromPairs(baseline, subject, setUps: 4).Low, RatioEstimate.FromPairs(baseline, subject, setUps: 4).High));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void What_cannot_come_from_so_many_set_ups_is_refused(int setUps) =>
        Assert.Throws<ArgumentException>(() => RatioEstimate.FromPairs(new double[3], new double[3], setUps));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    public void What_are_no_pairs_is_refused(int baseline, int subject) =>
        Assert.Throws<ArgumentException>(() => RatioEstimate.FromPairs(new double[baseline], new double[subject]));

    static IEnumerable<double> Samples(int count, int seed, double spread)
    {
        var random = new Random(seed + 12345);
        for (var i = 0; i < count; i++)
            yield return 100 + spread * random.NextDouble();
    }
}
