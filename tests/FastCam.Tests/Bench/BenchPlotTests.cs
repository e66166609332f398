using FastCam.Lab.Bench;
using FastCam.Tests.Plots;
using ScottPlot;
using SkiaSharp;

namespace FastCam.Tests.Bench;

public sealed class BenchPlotTests
{
    static readonly SKColor Mark = SKColor.Parse("#0072B2"), OwnMark = SKColor.Parse("#D55E00");

    static RatioEstimate Time(double low, double ratio, double high) => new(10, 10 * ratio, ratio, low, high, 300);

    /// <summary>Creates a pass whose explanation's own time is a share of the bare pass.</summary>
    static PassCost Pass(RatioEstimate time, double own) => new("taps", 1, time, 4 * own, 6 * own);

    static StepCost Step(RatioEstimate time) => new("smoe, planar, all maps", "pure read", 1, time);

    static Drawn Draw(string model, PassCost[] passes, StepCost[] steps)
    {
        var machine = new Machine(string.Concat(Enumerable.Repeat(model, 20)), 2, 256, "Linux", ".NET", "1.31");
        return new(BenchPlot.Draw(new BenchReport(
            machine, null, model, "1×3×64×64", "cpu", passes, [], [.. steps.SkipLast(1)], [.. steps.TakeLast(1)], null!, null!, null, 1)));
    }

    static Drawn Draw(PassCost[] passes, StepCost[] steps) => Draw("network", passes, steps);

    static bool Is(SKColor colour, SKColor of) =>
        Math.Abs(colour.Red - of.Red) + Math.Abs(colour.Green - of.Green) + Math.Abs(colour.Blue - of.Blue) < 40;

    [Fact]
    public void An_interval_reaches_from_its_low_to_its_high_end_and_the_ring_stands_at_the_own_time()
    {
        PassCost[] passes = [Pass(Time(1.1, 1.2, 1.4), 0.05), Pass(Time(0.9, 1.0, 1.3), 0.15), Pass(Time(1.5, 1.5, 1.5), 0.3)];
        StepCost[] steps = [Step(Time(0.2, 0.3, 5)), Step(Time(100, 200, 680))];
        using var drawn = Draw(passes, steps);

        foreach (var (row, pass) in passes.Index())
        {
            AssertInterval(drawn, drawn.Plots[0], row, pass.Time.Low, pass.Time.High, 1.5);
            // The ring is looked for above the rows that the interval covers.
            var middle = drawn.Plots[0].GetPixel(new Coordinates(1 + pass.OwnShare, row));
            var (first, last) = drawn.Across((int)middle.Y - 4, colour => Is(colour, OwnMark));
            Assert.Equal(middle.X, (first + last) / 2.0, 1.5);
            Assert.InRange(last - first, 8, 20);
        }
        foreach (var (row, step) in steps.Index())
            AssertInterval(drawn, drawn.Plots[1], row, Math.Log10(step.Time.Low), Math.Log10(step.Time.High), 1.5);
    }

    [Fact]
    public void One_axis_is_linear_and_the_other_logarithmic_and_both_show_where_1_is()
    {
        double[] linear = [1.05, 1.1, 1.15, 1.2], logarithmic = [2, 20, 200, 2000];
        using var drawn = Draw(
            [.. linear.Select(ratio => Pass(Time(ratio, ratio, ratio), 0))], [.. logarithmic.Select(ratio => Step(Time(ratio, ratio, ratio)))]);

        foreach (var (plot, one) in new[] { (drawn.Plots[0], 1.0), (drawn.Plots[1], 0.0) })
        {
            var dots = Enumerable.Range(0, 4).Select(row => Middle(drawn, plot, row)).ToArray();
            Assert.Equal(dots[1] - dots[0], dots[2] - dots[1], 2.0);
            Assert.Equal(dots[1] - dots[0], dots[3] - dots[2], 2.0);
            Assert.True(dots[1] > dots[0] + 100);
            var reference = plot.GetPixel(new Coordinates(one, 0.5));
            Assert.InRange(drawn.At((int)reference.X, (int)reference.Y).Red, 0, 80);
        }
    }

    [Theory]
    [InlineData(683, "1", "10", "100")]
    [InlineData(0.09, "0.1", "1", "0.2", "0.5")]
    [InlineData(2.6, "1", "2")]
    public void The_logarithmic_axis_has_round_labels(double ratio, params string[] expected)
    {
        using var drawn = Draw([Pass(Time(1, 1, 1), 0)], [Step(Time(ratio, ratio, ratio))]);

        var labels = drawn.Plots[1].Axes.Bottom.TickGenerator.Ticks.Where(tick => tick.IsMajor).ToList();
        Assert.Equal(expected.Order(), labels.Select(tick => tick.Label).Order());
        Assert.All(labels, tick =>
            Assert.Equal(double.Parse(tick.Label, System.Globalization.CultureInfo.InvariantCulture), Math.Pow(10, tick.Position), 1e-9));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.0000001, 1)]
    [InlineData(1.0213, 1)]
    [InlineData(0.983, 1.02)]
    [InlineData(2.6, 1)]
    public void The_linear_axis_has_labels_that_differ(double one, double another)
    {
        using var drawn = Draw([Pass(Time(one, one, one), 0), Pass(Time(another, another, another), 0)], [Step(Time(1, 1, 1))]);

        var shown = drawn.Plots[0].Axes.GetLimits();
        var ticks = drawn.Plots[0].Axes.Bottom.TickGenerator.Ticks;
        var labels = ticks.Where(tick => tick.IsMajor && tick.Position >= shown.Left && tick.Position <= shown.Right).Select(tick => tick.Label).ToList();
        Assert.InRange(labels.Count, 3, 20);
        Assert.Equal(labels.Count, labels.Distinct().Count());
        Assert.InRange(one, shown.Left, shown.Right);
        Assert.InRange(another, shown.Left, shown.Right);
    }

    [Fact]
    public void No_label_is_cut_however_long_a_name_is()
    {
        var steps = new[] { Step(Time(1000, 123456, 1_000_000)), Step(Time(0.001, 0.01, 0.1)) };
        using var drawn = Draw(string.Concat(Enumerable.Repeat("/models/network", 20)), [Pass(Time(1, 1.2, 1.3), 0.1)], steps);

        Assert.Equal(1400, drawn.Width);
        drawn.AssertMarginIsFree(12);
    }

    static void AssertInterval(Drawn drawn, Plot plot, int row, double low, double high, double tolerance)
    {
        const double DotRadius = 4.5;
        var (from, to) = (plot.GetPixel(new Coordinates(low, row)), plot.GetPixel(new Coordinates(high, row)));
        var (first, last) = drawn.Across((int)from.Y, colour => Is(colour, Mark));
        // Where the interval has no length, only the dot is seen.
        var reach = high > low ? 0 : DotRadius;
        Assert.Equal(from.X - reach, first, tolerance);
        Assert.Equal(to.X + reach, last + 1, tolerance);
    }

    static double Middle(Drawn drawn, Plot plot, int row)
    {
        var (first, last) = drawn.Across((int)plot.GetPixel(new Coordinates(0, row)).Y, colour => Is(colour, Mark));
        return (first + last) / 2.0;
    }
}
