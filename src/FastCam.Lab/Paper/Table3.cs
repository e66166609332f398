using FastCam.Saliency.Statistics;

namespace FastCam.Lab.Paper;

/// <summary>Recomputes Table 3 by the kernels that explain images: the statistics of a column that repeats two values.</summary>
static class Table3
{
    /// <summary>The print says "…". Any even number gives the same, because its deviation is the biased one.</summary>
    const int Channels = 64;

    public static RecomputedTable Recompute(Published paper)
    {
        (string Name, Statistic Statistic, Func<ColumnExample, Printed> Printed)[] columns =
        [
            ("mean", Statistic.Create("mean")!, row => row.Mean),
            ("std (biased)", Statistic.Create("std", biased: true)!, row => row.Std),
            ("SMOE Scale", Statistic.Create("smoe")!, row => row.Smoe),
        ];
        var comparisons = paper.Table3.SelectMany(row => columns.Select(column => Comparison.Create(
            $"{row.Values[0]}, {row.Values[1]}, …", column.Name, column.Printed(row), Reach.Exact(Compute(column.Statistic, row)), "The kernel")));
        return new("Table 3", "this program's kernels on the columns that it lists", [.. comparisons]);
    }

    static double Compute(Statistic statistic, ColumnExample row)
    {
        var column = new float[Channels];
        for (var channel = 0; channel < Channels; channel++)
            column[channel] = (float)row.Values[channel % row.Values.Count].Value;
        var map = new float[1];
        statistic.Compute(column, Channels, map);
        return map[0];
    }
}
