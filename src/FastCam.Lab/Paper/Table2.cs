namespace FastCam.Lab.Paper;

/// <summary>Recomputes Table 2 from Table 5: the accuracies with pixels kept, summed, less those with pixels removed.</summary>
static class Table2
{
    const string Source = "Table 5";

    public static RecomputedTable Recompute(Published paper) => new("Table 2", "sums of Table 5's accuracies",
        [.. paper.Table2.SelectMany(row => Compare(row, paper.Table5.Single(accuracies => accuracies.Method == row.From)))]);

    static IEnumerable<Comparison> Compare(MethodScores row, Accuracies accuracies)
    {
        var kar = Comparison.Create(row.Method, "KAR", row.Kar, Reach.Compute(Sum, accuracies.Kar), Source);
        var roar = Comparison.Create(row.Method, "ROAR", row.Roar, Reach.Compute(percentages => -Sum(percentages), accuracies.Roar), Source);
        var isWrong = kar.Verdict == Verdict.Error || roar.Verdict == Verdict.Error;
        var beside = new PrintedParts(Reach.Compute(parts => parts.Sum(), row.Kar, row.Roar), isWrong);
        var kept = accuracies.Kar.Count;
        var both = Reach.Compute(percentages => Sum(percentages[..kept]) - Sum(percentages[kept..]), [.. accuracies.Kar, .. accuracies.Roar]);
        return [kar, roar, Comparison.Create(row.Method, "sum", row.Sum, both, Source, beside)];
    }

    static double Sum(double[] percentages) => percentages.Sum() / 100;
}
