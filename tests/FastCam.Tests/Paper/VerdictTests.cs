using FastCam.Lab.Paper;
using FastCam.Onnx.Costs;

namespace FastCam.Tests.Paper;

/// <summary>Tests that errors of the print and mere rounding come out as the method lists them, though the program is told of neither.</summary>
public sealed class VerdictTests
{
    static readonly PaperReport Report = PaperReport.Create(Published.Load(), null);

    [Fact]
    public void The_errors_of_the_print_are_those_that_the_method_lists() => Assert.Equal(
        [
            ("Shanon Ent", "ImageNet", "1.61", "1.55"),
            ("Trunc Normal Std", "ImageNet", "1.51", "1.55"),
            ("Trunc Normal Mean", "ImageNet", "1.38", "1.50"),
            ("Log Normal Ent", "ImageNet", "1.16", "1.36"),
            ("Log Normal Mean", "ImageNet", "1.46", "1.09"),
        ],
        WithVerdict(Verdict.Error));

    [Fact]
    public void What_differs_otherwise_is_rounding() => Assert.Equal(
        [
            ("SMOE Scale", "ImageNet", "1.70", "1.71"),
            ("SMOE Scale", "average", "1.40", "1.41"),
            ("Trunc Normal Ent", "ImageNet", "1.56", "1.55"),
            ("Integrated Grad", "sum", "0.03", "0.04"),
            ("Guided Backprop", "sum", "0.04", "0.03"),
            ("faster than a backward pass, times", "logarithm = 1", "344", "345"),
            ("faster than 15 of SmoothGrad, times", "logarithm = 1", "5181", "5168"),
            ("faster than 15 of SmoothGrad, times", "logarithm = 13", "1456", "1457"),
            ("ResNet-50 itself, multiply-adds", "logarithm = 1", "3.8e9", "3.9e9"),
        ],
        WithVerdict(Verdict.Rounding));

    [Fact]
    public void Averages_of_rows_with_an_error_follow_from_it() => Assert.Equal(
        WithVerdict(Verdict.Error).Select(error => (error.Row, "average")),
        WithVerdict(Verdict.Inherited).Select(value => (value.Row, value.Column)));

    [Fact]
    public void Every_difference_has_a_reason_and_nothing_else_has()
    {
        Assert.All(Report.Comparisons, value => Assert.Equal(value.Verdict == Verdict.Agrees, value.Reason.Length == 0));
        Assert.All(Report.Comparisons.Where(value => value.Verdict == Verdict.Agrees), value => Assert.Equal(value.Printed.ToString(), Rounded(value)));
    }

    [Fact]
    public void Equation_9_was_computed_with_the_natural_logarithm()
    {
        var finding = Assert.Single(Report.Findings);
        Assert.Equal(("Equation 9", Verdict.Error), (finding.Subject, finding.Verdict));
        Assert.Contains("0 of Table 1's 27", finding.Reason);
        Assert.Contains("natural logarithm 27", finding.Reason);
    }

    /// <summary>The paper does not say how much it takes a logarithm to cost at the most, but its totals do.</summary>
    [Fact]
    public void One_cost_of_a_logarithm_alone_leads_to_the_printed_totals()
    {
        var paper = Published.Load();
        var sizes = paper.Table6.Layers.Select(layer => (layer.Channels, layer.Height, layer.Width)).ToList();
        bool Leads(ExplanationCost cost) => Agrees(paper.Section4.Dearest.Smoe, cost.Statistic) && Agrees(paper.Section4.Dearest.Total, cost.Total)
            && Agrees(paper.Section4.Dearest.OverheadPercent, 100 * cost.Total / paper.Section4.Network.Value);
        static bool Agrees(Printed printed, double value) => Comparison.Create("", "", printed, Reach.Exact(value), "").Verdict == Verdict.Agrees;

        var leading = Enumerable.Range(1, 100).Where(logarithm => Leads(ExplanationCost.FromScales(sizes, logarithm)));
        Assert.Equal([ExplanationCost.DearestLogarithm], leading);
    }

    [Theory]
    [InlineData("1.70", 1.704, 0, Verdict.Agrees)]
    [InlineData("1.70", 1.705, 0, Verdict.Agrees)] // A tie may go either way.
    [InlineData("1.70", 1.7058, 0.001, Verdict.Rounding)] // Its inputs leave 1.7048 open.
    [InlineData("1.70", 1.7095, 0, Verdict.Rounding)] // It is cut, not rounded.
    [InlineData("-1.70", -1.7095, 0, Verdict.Rounding)]
    [InlineData("1.70", 1.6905, 0, Verdict.Rounding)] // It is within one unit.
    [InlineData("1.70", 1.689, 0.001, Verdict.Error)]
    [InlineData("1.70", 1.712, 0.001, Verdict.Error)]
    [InlineData("3.8e9", 3.858e9, 0, Verdict.Rounding)]
    [InlineData("3.8e9", 3.91e9, 0, Verdict.Error)]
    public void A_difference_is_judged_by_the_printed_digits_and_by_those_of_its_inputs(string printed, double value, double margin, object verdict)
    {
        var reach = new Reach(value, value - margin, value + margin);
        Assert.Equal(verdict, Comparison.Create("row", "column", Printed.Parse(printed), reach, "The source").Verdict);
    }

    [Theory]
    [InlineData(false, Verdict.Rounding)]
    [InlineData(true, Verdict.Inherited)]
    public void A_value_that_follows_from_those_beside_it_is_no_error_of_its_own(bool areWrong, object verdict)
    {
        var beside = new PrintedParts(Reach.Compute(parts => parts.Average(), Printed.Parse("1.61"), Printed.Parse("1.01")), areWrong);
        Assert.Equal(verdict, Comparison.Create("row", "column", Printed.Parse("1.31"), Reach.Exact(1.28), "The source", beside).Verdict);
        Assert.Equal(Verdict.Error, Comparison.Create("row", "column", Printed.Parse("1.41"), Reach.Exact(1.28), "The source", beside).Verdict);
    }

    [Fact]
    public void Reach_holds_whatever_the_digits_leave_open()
    {
        Printed[] inputs = [Printed.Parse("0.42"), Printed.Parse("1.7"), Printed.Parse("3e1")];
        static double Formula(double[] x) => x[0] * Math.Log(x[0] / x[1]) + x[2];
        var reach = Reach.Compute(Formula, inputs);
        var random = new Random(1);
        double least = double.MaxValue, most = double.MinValue;
        for (var i = 0; i < 20_000; i++)
        {
            var value = Formula([.. inputs.Select(input => input.Value + (random.NextDouble() - 0.5) * input.Unit)]);
            (least, most) = (Math.Min(least, value), Math.Max(most, value));
        }

        Assert.InRange(least, reach.Least, reach.Least + 0.02 * (reach.Most - reach.Least));
        Assert.InRange(most, reach.Most - 0.02 * (reach.Most - reach.Least), reach.Most);
        Assert.Equal(Formula([0.42, 1.7, 30]), reach.Value);
    }

    static List<(string Row, string Column, string Printed, string Recomputed)> WithVerdict(Verdict verdict) =>
    [
        .. Report.Comparisons.Where(value => value.Verdict == verdict)
            .Select(value => (value.Row, value.Column, value.Printed.ToString(), Rounded(value))),
    ];

    static string Rounded(Comparison value) => value.Printed.Format(value.Recomputed.Value, 0);
}
