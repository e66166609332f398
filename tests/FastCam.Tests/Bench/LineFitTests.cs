using FastCam.Lab.Bench;

namespace FastCam.Tests.Bench;

/// <summary>Tests the slope of a soak on data whose slope is known.</summary>
public sealed class LineFitTests
{
    /// <summary>Residuals that change sign at every step count in full.</summary>
    [Fact]
    public void The_interval_is_that_of_ordinary_least_squares_where_residuals_do_not_follow_each_other()
    {
        double[] x = [0, 1, 2, 3, 4, 5, 6], y = [2, 1, 4, 3, 7, 5, 6];

        var fit = LineFit.Through(x, y);

        // Sxx = 28, Sxy = 23, Syy = 28; the 97.5 % quantile of t with 5 degrees of freedom is 2.570582.
        var reach = 2.570582 * Math.Sqrt((28 - 23.0 * 23 / 28) / 5 / 28);
        Assert.Equal(23.0 / 28, fit.Slope, 12);
        Assert.Equal(23.0 / 28 - reach, fit.Low, 5);
        Assert.Equal(23.0 / 28 + reach, fit.High, 5);
    }

    [Fact]
    public void Points_on_a_line_leave_no_interval()
    {
        var fit = LineFit.Through([1, 2, 3, 4], [10, 12, 14, 16]);

        Assert.Equal((2, 2, 2), (fit.Slope, fit.Low, fit.High));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.02)]
    public void The_interval_holds_the_truth_about_as_often_as_it_says(double slope)
    {
        var held = Enumerable.Range(0, 300).Count(seed => Fit(slope, follows: 0, seed) is var fit && fit.Low <= slope && slope <= fit.High);

        Assert.InRange(held, 275, 299);
    }

    /// <summary>Memory stays where it was a moment ago, so an interval that took each look as independent would be far too sure.</summary>
    [Fact]
    public void The_interval_holds_the_truth_where_each_value_follows_the_one_before()
    {
        var held = Enumerable.Range(0, 300).Count(seed => Fit(0, follows: 0.7, seed) is { Low: <= 0, High: >= 0 });

        Assert.InRange(held, 250, 300);
    }

    [Fact]
    public void One_step_is_no_trend_and_a_steady_rise_is_one()
    {
        double[] x = [.. Enumerable.Range(0, 100).Select(i => (double)i)];

        var step = LineFit.Through(x, [.. x.Select(i => i < 50 ? 0.0 : 1)]);
        var rise = LineFit.Through(x, [.. x.Select(i => 0.1 * i + (i % 2 == 0 ? 0.3 : -0.3))]);

        Assert.InRange(0, step.Low, step.High);
        Assert.InRange(0.1, rise.Low, rise.High);
        Assert.True(rise.Low > 0.09);
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 3)]
    public void What_makes_no_line_is_refused(int x, int y) => Assert.Throws<ArgumentException>(() => LineFit.Through(new double[x], new double[y]));

    /// <summary>Fits a line of 80 values with noise, a part of which is the noise of the value before.</summary>
    static LineFit Fit(double slope, double follows, int seed)
    {
        var random = new Random(1000 + seed);
        double[] x = [.. Enumerable.Range(0, 80).Select(i => (double)i)], y = new double[80];
        var noise = 0.0;
        for (var i = 0; i < y.Length; i++)
        {
            noise = follows * noise + random.NextDouble() + random.NextDouble() - random.NextDouble() - random.NextDouble();
            y[i] = slope * x[i] + noise;
        }
        return LineFit.Through(x, y);
    }
}
