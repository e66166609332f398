using FastCam.Lab.Paper;

namespace FastCam.Tests.Paper;

/// <summary>Tests that no result is known beforehand: another number in the paper gives another result.</summary>
public sealed class PerturbationTests
{
    static readonly Published Paper = Published.Load();

    [Fact]
    public void An_accuracy_of_Table_4_moves_both_scores_and_their_averages_and_nothing_else()
    {
        var imageNet = Paper.Table4[0];
        var smoe = imageNet.Methods.Single(row => row.Method == "SMOE Scale");
        var worse = smoe with { Kar = [Printed.Parse("46.61"), .. smoe.Kar.Skip(1)] }; // This is ten points less than the 56.61 printed.
        var changed = Changed(Paper with { Table4 = [imageNet with { Methods = Replace(imageNet.Methods, smoe, worse) }, .. Paper.Table4.Skip(1)] });

        Assert.Equal(
            [
                ("Table 1, difference score", "ImageNet"), ("Table 1, difference score", "average"),
                ("Table 1, information score", "ImageNet"), ("Table 1, information score", "average"),
            ],
            changed.Select(change => (change.Table, change.After.Column)));
        Assert.All(changed, change => Assert.Equal("SMOE Scale", change.After.Row));
        Assert.Equal(-0.1, changed[0].Moved, 1e-9);
        Assert.Equal(-0.1 / 3, changed[1].Moved, 1e-9);
        Assert.Equal(0.6642 * Math.Log(0.4661 / 0.5661), changed[2].Moved, 1e-9); // −z·ln(z/kappa) is z·ln kappa − z·ln z.
        Assert.Equal([Verdict.Error, Verdict.Inherited, Verdict.Error, Verdict.Inherited], changed.Select(change => change.After.Verdict));
    }

    [Fact]
    public void An_accuracy_of_Table_5_moves_its_sums()
    {
        var gradCam = Paper.Table5.Single(row => row.Method == "GradCAM++");
        var worse = gradCam with { Roar = [.. gradCam.Roar.Take(4), Printed.Parse("24.92")] }; // This is ten points more than the 14.92 printed.
        var changed = Changed(Paper with { Table5 = Replace(Paper.Table5, gradCam, worse) });

        Assert.Equal([("ROAR", Verdict.Error), ("sum", Verdict.Inherited)], changed.Select(change => (change.After.Column, change.After.Verdict)));
        Assert.All(changed, change => Assert.Equal(("Table 2", "GradCAM++"), (change.Table, change.After.Row)));
        Assert.All(changed, change => Assert.Equal(-0.1, change.Moved, 1e-9));
    }

    [Fact]
    public void A_column_of_Table_3_moves_its_statistics()
    {
        var row = Paper.Table3[0];
        var changed = Changed(Paper with { Table3 = [row with { Values = [row.Values[0], Printed.Parse("1.5")] }, .. Paper.Table3.Skip(1)] });

        Assert.Equal(
            [1.0, 0.5, -(Math.Log2(0.5) + Math.Log2(1.5)) / 2], changed.Select(change => change.After.Recomputed.Value),
            (expected, actual) => Math.Abs(expected - actual) < 1e-5);
    }

    [Fact]
    public void A_layers_channels_move_its_operations_and_all_that_follows()
    {
        var layer = Paper.Table6.Layers[0];
        var table = Paper.Table6 with { Layers = [layer with { Channels = 65 }, .. Paper.Table6.Layers.Skip(1)] };
        var changed = Changed(Paper with { Table6 = table });

        Assert.Equal(("layer 1, 65×112×112", 4.0 * 112 * 112), (changed[0].After.Row, changed[0].Moved));
        Assert.Equal(("total", "SMOE Scale", 4.0 * 112 * 112), (changed[1].After.Row, changed[1].After.Column, changed[1].Moved));
        Assert.All(changed.Take(2), change => Assert.Equal(Verdict.Error, change.After.Verdict));
        Assert.Equal(2 * 5, changed.Count(change => change.Table == "Section 4.1"));
    }

    [Fact]
    public void A_print_of_its_own_is_judged_anew()
    {
        var row = Paper.Table1[^1];
        var corrected = row with { Difference = [Printed.Parse("1.09"), .. row.Difference.Skip(1)] };
        var mended = Paper with { Table1 = [.. Paper.Table1.SkipLast(1), corrected] };
        var values = PaperReport.Create(mended, null).Comparisons.Where(value => value.Row == row.Method).Take(4).ToList();

        // The average now follows from nothing.
        Assert.Equal([Verdict.Agrees, Verdict.Agrees, Verdict.Agrees, Verdict.Error], values.Select(value => value.Verdict));
    }

    [Fact]
    public void With_scores_by_log2_Equation_9_would_be_right()
    {
        IReadOnlyList<Printed> Binary(IReadOnlyList<Printed> scores) =>
            [.. scores.Select(score => new Printed(Math.Round(score.Digits / 0.6931471806m, 2)))];
        var binary = Paper with { Table1 = [.. Paper.Table1.Select(row => row with { Information = Binary(row.Information) })] };

        Assert.Equal(Verdict.Agrees, Assert.Single(PaperReport.Create(binary, null).Findings).Verdict);
    }

    static List<(string Table, Comparison After, double Moved)> Changed(Published perturbed)
    {
        var before = PaperReport.Create(Paper, null).Comparisons;
        var after = PaperReport.Create(perturbed, null).Tables.SelectMany(table => table.Comparisons.Select(value => (table.Name, Value: value)));
        var changes = before.Zip(after, (old, now) => (now.Name, now.Value, Moved: now.Value.Recomputed.Value - old.Recomputed.Value));
        return [.. changes.Where(change => change.Moved != 0)];
    }

    static IReadOnlyList<T> Replace<T>(IReadOnlyList<T> rows, T row, T other) where T : class =>
        [.. rows.Select(candidate => ReferenceEquals(candidate, row) ? other : candidate)];
}
