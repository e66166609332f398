using FastCam.Edge.Evaluation;
using FastCam.Video;

namespace FastCam.Tests.Evaluation;

public sealed class EvaluationPlotTests
{
    static readonly (byte, byte, byte) White = (255, 255, 255);

    static MapScore Score(string name, double insertion, double deletion)
    {
        var (kept, removed) = (Enumerable.Repeat(insertion, 7).ToArray(), Enumerable.Repeat(deletion, 7).ToArray());
        return new MapScore(name, kept, removed, kept, removed, insertion - deletion, insertion - deletion, null, null);
    }

    static StillImage Draw(params MapScore[] scores) =>
        EvaluationPlot.Draw(new EvaluationReport("network", "cpu", "photos", "crop", "blur", 3, 2, EvaluationPlan.Fractions, scores, 1));

    static (byte, byte, byte) At(StillImage image, int x, int y)
    {
        var at = 3 * (y * image.Width + x);
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    /// <summary>In one column of pixels, the rows whose colour is a curve's: neither white nor grey.</summary>
    static int[] Coloured(StillImage image, int x, int from, int to) =>
        [.. Enumerable.Range(from, to - from).Where(y => At(image, x, y) is var (red, green, blue) && Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) > 60)];

    [Fact]
    public void A_higher_value_is_drawn_higher_and_in_proportion()
    {
        // All values up to 0.8: the axis ends there, and the panels are 560 high from the edge between rows 89 and 90 on. Columns between two dots.
        var image = Draw(Score("best", 0.8, 0.2), Score("worst", 0.4, 0.6));

        Assert.Equal([89, 89 + 280], Middles(Coloured(image, 90 + 560 * 4 / 10, 80, 660)));
        Assert.Equal([89 + 140, 89 + 420], Middles(Coloured(image, 740 + 560 * 4 / 10, 80, 660)));
    }

    [Fact]
    public void The_legend_gives_the_best_map_the_first_curve_s_colour()
    {
        var image = Draw(Score("worst", 0.4, 0.6), Score("best", 0.8, 0.2));

        Assert.Equal(At(image, 90 + 224, 90), At(image, 1360, 97));
        Assert.NotEqual(White, At(image, 1360, 97 + 30));
        Assert.Equal(White, At(image, 1360, 97 + 60));
    }

    [Fact]
    public void Many_maps_and_maps_of_nothing_are_drawn_too()
    {
        var image = Draw([.. Enumerable.Range(0, 40).Select(map => Score($"layer{map}", 0, 0))]);

        Assert.True(image.Height > 40 * 30);
        Assert.NotEqual(White, At(image, 1360, 97 + 39 * 30));
    }

    /// <summary>The middle of each run of rows.</summary>
    static int[] Middles(int[] rows)
    {
        var runs = new List<List<int>>();
        foreach (var row in rows)
        {
            if (runs.Count == 0 || row > runs[^1][^1] + 1) runs.Add([]);
            runs[^1].Add(row);
        }
        return [.. runs.Select(run => (run[0] + run[^1]) / 2)];
    }
}
