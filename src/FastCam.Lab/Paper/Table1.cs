using FastCam.Saliency.Masks;

namespace FastCam.Lab.Paper;

/// <summary>
/// Recomputes Table 1 from Table 4: Equations 8 and 9 for each statistic and dataset. A network is tested with masks on one layer at a time, so the
/// cases of a score are the five layers; the random masks of the two experiments are different ones.
/// </summary>
static class Table1
{
    const string Random = "Random";
    const string Average = "average";
    const string Source = "Table 4";

    delegate double Score(ReadOnlySpan<double> removed, ReadOnlySpan<double> randomRemoved, ReadOnlySpan<double> kept, ReadOnlySpan<double> randomKept);

    public static RecomputedTable Difference(Published paper) =>
        new("Table 1, difference score", "Equation 8 of Table 4's accuracies", [.. Compare(paper, row => row.Difference, Scores.Difference)]);

    public static RecomputedTable Information(Published paper) =>
        new(
            "Table 1, information score", "Equation 9 of Table 4's accuracies, with the natural logarithm",
            [.. Compare(paper, row => row.Information, Scores.Information)]);

    /// <summary>Equation 9 is printed with log2. This counts which logarithm the printed scores were made with.</summary>
    public static Finding Logarithm(Published paper)
    {
        var natural = Compare(paper, row => row.Information, Scores.Information).Where(IsDataset).ToList();
        var binary = Compare(paper, row => row.Information, BinaryInformation).Where(IsDataset).ToList();
        var (ln, log2) = (natural.Count(IsReached), binary.Count(IsReached));
        return new Finding(
            "Equation 9", ln > log2 ? Verdict.Error : Verdict.Agrees,
            $"printed with log2, by which {log2} of Table 1's {binary.Count} information scores follow from Table 4; with the natural logarithm {ln} do");

        static double BinaryInformation(
            ReadOnlySpan<double> removed, ReadOnlySpan<double> randomRemoved, ReadOnlySpan<double> kept, ReadOnlySpan<double> randomKept) =>
            Scores.Information(removed, randomRemoved, kept, randomKept) / Math.Log(2);
    }

    static bool IsDataset(Comparison comparison) => comparison.Column != Average;

    static bool IsReached(Comparison comparison) => comparison.Verdict is Verdict.Agrees or Verdict.Rounding;

    static IEnumerable<Comparison> Compare(Published paper, Func<StatisticScores, IReadOnlyList<Printed>> printed, Score score)
    {
        foreach (var row in paper.Table1)
        {
            var values = printed(row);
            var datasets = paper.Table4.Select((dataset, index) =>
            {
                var reach = Reach.Compute(cases => Evaluate(score, cases), Cases(dataset, row.From));
                return Comparison.Create(row.Method, dataset.Dataset, values[index], reach, Source);
            }).ToList();
            foreach (var dataset in datasets)
                yield return dataset;
            var fromTable4 = Reach.Compute(
                cases => cases.Chunk(cases.Length / datasets.Count).Average(dataset => Evaluate(score, dataset)),
                paper.Table4.SelectMany(dataset => Cases(dataset, row.From)));
            var average = Reach.Compute(scores => scores.Average(), values.Take(datasets.Count));
            var beside = new PrintedParts(average, datasets.Any(dataset => dataset.Verdict == Verdict.Error));
            yield return Comparison.Create(row.Method, Average, values[datasets.Count], fromTable4, Source, beside);
        }
    }

    /// <summary>Returns four rows of accuracies in percent, which <see cref="Evaluate"/> takes apart again.</summary>
    static IEnumerable<Printed> Cases(DatasetAccuracies dataset, string method)
    {
        var statistic = dataset.Methods.Single(row => row.Method == method);
        var random = dataset.Methods.Single(row => row.Method == Random);
        return [.. statistic.Roar, .. random.Roar, .. statistic.Kar, .. random.Kar];
    }

    static double Evaluate(Score score, double[] percentages)
    {
        var accuracies = percentages.Select(percent => percent / 100).Chunk(percentages.Length / 4).ToArray();
        return score(accuracies[0], accuracies[1], accuracies[2], accuracies[3]);
    }
}

/// <summary>A finding about the print that concerns no single value.</summary>
sealed record Finding(string Subject, Verdict Verdict, string Reason);
