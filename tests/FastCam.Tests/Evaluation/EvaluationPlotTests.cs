using FastCam.Lab.Evaluation;
using FastCam.Tests.Plots;
using ScottPlot;
using SkiaSharp;

namespace FastCam.Tests.Evaluation;

public sealed class EvaluationPlotTests
{
    const int Legend = 1368, LegendSymbol = Legend + 22, Top = 110;

    static MapScore Score(string name, double insertion, double deletion)
    {
        var (kept, removed) = (Enumerable.Repeat(insertion, 7).ToArray(), Enumerable.Repeat(deletion, 7).ToArray());
        return new MapScore(name, kept, removed, kept, removed, insertion - deletion, insertion - deletion, null, null);
    }

    static Drawn Draw(params MapScore[] scores) => Draw("network", scores);

    static Drawn Draw(string model, MapScore[] scores) =>
        new(EvaluationPlot.Draw(new EvaluationReport(model, "cpu", "photos", "crop", "blur", 3, 2, EvaluationPlan.Fractions, scores, 1)));

    /// <summary>Whether a colour is that of a curve: neither white nor grey.</summary>
    static bool IsColoured(SKColor colour) =>
        Math.Max(colour.Red, Math.Max(colour.Green, colour.Blue)) - Math.Min(colour.Red, Math.Min(colour.Green, colour.Blue)) > 60;

    [Fact]
    public void A_higher_value_is_drawn_higher_and_in_proportion()
    {
        using var drawn = Draw(Score("best", 0.8, 0.2), Score("worst", 0.4, 0.6));

        // The column lies between two dots.
        var insertion = drawn.Plots[0].GetPixel(new Coordinates(40, 0));
        var deletion = drawn.Plots[1].GetPixel(new Coordinates(40, 0));
        var left = drawn.RunsDown((int)insertion.X, Top - 30, 680, IsColoured);
        var right = drawn.RunsDown((int)deletion.X, Top - 30, 680, IsColoured);
        Assert.Equal((2, 2), (left.Length, right.Length));
        var step = (left[1] - left[0]) / 2;
        Assert.InRange(step, 100, 200);
        Assert.Equal(left[0] + step, right[0], 1.0);
        Assert.Equal(left[1] + step, right[1], 1.0);
        Assert.Equal(left[0] + 4 * step, insertion.Y, 1.5);
        Assert.Equal(insertion.Y, deletion.Y, 0.01);
    }

    [Fact]
    public void The_axes_say_where_the_dots_are()
    {
        using var drawn = Draw(Score("only", 0.8, 0.2));

        var ticks = drawn.Plots[0].Axes.Bottom.TickGenerator.Ticks;
        Assert.Equal(["5", "10", "20", "30", "50", "70", "90"], ticks.Select(tick => tick.Label));
        Assert.Equal(["0.0", "0.2", "0.4", "0.6", "0.8"], drawn.Plots[0].Axes.Left.TickGenerator.Ticks.Select(tick => tick.Label));
        foreach (var tick in ticks)
        {
            var dot = drawn.Plots[0].GetPixel(new Coordinates(tick.Position, 0.8));
            Assert.True(IsColoured(drawn.At((int)dot.X, (int)dot.Y - 3)), $"No dot at {tick.Label} %.");
            Assert.False(IsColoured(drawn.At((int)dot.X + 12, (int)dot.Y - 3)));
        }
    }

    [Theory]
    [InlineData(0.01, "0.2")]
    [InlineData(0.2, "0.2")]
    [InlineData(1, "1.0")]
    [InlineData(1.1, "1.2")]
    [InlineData(3.1, "3.2")]
    public void The_axis_ends_at_a_round_value_above_the_highest(double highest, string end)
    {
        using var drawn = Draw(Score("only", highest, 0));

        var ticks = drawn.Plots[0].Axes.Left.TickGenerator.Ticks;
        Assert.Equal(end, ticks[^1].Label);
        Assert.InRange(ticks.Length, 2, 11);
    }

    [Fact]
    public void The_legend_gives_the_best_map_the_first_curve_s_colour()
    {
        using var drawn = Draw(Score("worst", 0.4, 0.6), Score("best", 0.8, 0.2));

        var rows = drawn.RunsDown(LegendSymbol, Top, 700, IsColoured);
        Assert.Equal(2, rows.Length);
        var (best, worst) = (drawn.Plots[0].GetPixel(new Coordinates(50, 0.8)), drawn.Plots[0].GetPixel(new Coordinates(50, 0.4)));
        Assert.Equal(drawn.At((int)best.X, (int)best.Y), drawn.At(LegendSymbol, (int)rows[0]));
        Assert.Equal(drawn.At((int)worst.X, (int)worst.Y), drawn.At(LegendSymbol, (int)rows[1]));
        Assert.NotEqual(drawn.At(LegendSymbol, (int)rows[0]), drawn.At(LegendSymbol, (int)rows[1]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(40)]
    public void Every_map_has_its_row_and_no_label_is_cut(int maps)
    {
        using var drawn = Draw(
            string.Concat(Enumerable.Repeat("/a/long/name", 40)),
            [.. Enumerable.Range(0, maps).Select(map => Score($"layer{map}", 1.2 * map / maps, 0.1))]);

        static bool IsDark(SKColor colour) => Math.Min(colour.Red, Math.Min(colour.Green, colour.Blue)) < 130;
        Assert.Equal(maps, drawn.RunsDown(LegendSymbol, Top, drawn.Height, IsDark).Length);
        drawn.AssertMarginIsFree(12);
    }

    [Fact]
    public void Maps_of_nothing_are_drawn_too()
    {
        using var drawn = Draw(Score("nothing", 0, 0));

        var dot = drawn.Plots[0].GetPixel(new Coordinates(50, 0));
        Assert.True(IsColoured(drawn.At((int)dot.X, (int)dot.Y)));
    }
}
