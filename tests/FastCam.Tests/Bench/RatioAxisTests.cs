using FastCam.Edge.Bench;

namespace FastCam.Tests.Bench;

public sealed class RatioAxisTests
{
    [Theory]
    [InlineData(new double[] { 1, 1.0213 }, new double[] { 1, 1.005, 1.01, 1.015, 1.02, 1.025 })]
    [InlineData(new double[] { 0.983, 1.02 }, new double[] { 0.98, 0.985, 0.99, 0.995, 1, 1.005, 1.01, 1.015, 1.02 })]
    [InlineData(new double[] { 1, 2.6 }, new double[] { 1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6 })]
    public void A_linear_axis_holds_its_values_between_round_ticks(double[] values, double[] ticks) =>
        AssertAxis(RatioAxis.Linear(values), values, ticks);

    [Theory]
    [InlineData(new double[] { 1, 683 }, new double[] { 1, 10, 100, 1000 })]
    [InlineData(new double[] { 0.9, 1 }, new double[] { 0.1, 1 })]
    [InlineData(new double[] { 1, 1 }, new double[] { 1, 10 })]
    public void A_logarithmic_axis_holds_its_values_between_powers_of_ten(double[] values, double[] ticks) =>
        AssertAxis(RatioAxis.Logarithmic(values), values, ticks);

    [Fact]
    public void One_value_alone_has_an_axis_too()
    {
        var axis = RatioAxis.Linear([1]);

        Assert.True(axis.Ticks.Count >= 2);
        Assert.Equal(0, axis.Place(1), 3);
    }

    [Fact]
    public void Places_are_in_proportion()
    {
        Assert.Equal(0.25, RatioAxis.Linear([1, 2]).Place(1.25), 9);
        Assert.Equal(0.5, RatioAxis.Logarithmic([1, 100]).Place(10), 9);
    }

    static void AssertAxis(RatioAxis axis, double[] values, double[] ticks)
    {
        Assert.Equal(ticks.Length, axis.Ticks.Count);
        Assert.All(ticks.Zip(axis.Ticks), pair => Assert.Equal(pair.First, pair.Second, 9));
        Assert.Equal(0, axis.Place(ticks[0]), 9);
        Assert.Equal(1, axis.Place(ticks[^1]), 9);
        Assert.All(values, value => Assert.InRange(axis.Place(value), -1e-9, 1 + 1e-9));
    }
}
