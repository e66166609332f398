using System.Globalization;
using FastCam.Lab.Paper;
using Spectre.Console;

namespace FastCam.Cli.Output;

/// <summary>Shows the report on a terminal: printed beside recomputed values, what differs marked, and the reasons below.</summary>
static class PaperView
{
    public static void Show(PaperReport report, IAnsiConsole console)
    {
        console.MarkupLine(
            $"Each value as printed and as recomputed: {Mark(Verdict.Agrees)} the same, {Mark(Verdict.Rounding)} other by rounding, "
            + $"{Mark(Verdict.Inherited)} follows from an error beside it, {Mark(Verdict.Error)} an error of the print.");
        console.WriteLine();
        foreach (var table in report.Tables)
            Show(table, console);
        foreach (var finding in report.Findings)
            console.MarkupLine($"{Mark(finding.Verdict)} [bold]{Terminal.Escape(finding.Subject)}[/]: {Terminal.Escape(finding.Reason)}.");
        console.WriteLine();
        if (report.Model is { } model)
            Show(model, console);
        Summarise(report, console);
    }

    static void Show(RecomputedTable table, IAnsiConsole console)
    {
        var columns = table.Comparisons.Select(value => value.Column).Distinct().ToList();
        var view = new Table().RoundedBorder().Title($"[bold]{Terminal.Escape(table.Name)}[/]: {Terminal.Escape(table.Title)}").AddColumn("");
        foreach (var column in columns)
            view.AddColumn(new TableColumn($"[bold]{Terminal.Escape(column)}[/]").RightAligned().NoWrap());
        var grouped = Grouped(table.Comparisons);
        foreach (var (row, values) in grouped)
        {
            var cells = columns.Select(column => values.FirstOrDefault(value => value.Column == column) is { } value ? Cell(value) : "");
            view.AddRow([Terminal.Escape(row), .. cells]);
        }
        console.Write(view);
        foreach (var value in table.Comparisons.Where(value => value.Verdict != Verdict.Agrees).OrderByDescending(value => value.Verdict))
            console.MarkupLine($"{Mark(value.Verdict)} {Terminal.Escape($"{value.Row}, {value.Column}: {value.Reason}")}.");
        console.WriteLine();
    }

    /// <summary>Groups values by their row; a table may list the same row twice, which then makes two groups.</summary>
    static List<(string Row, List<Comparison> Values)> Grouped(IReadOnlyList<Comparison> values)
    {
        List<(string Row, List<Comparison> Values)> rows = [];
        foreach (var value in values)
        {
            var row = rows.FindLast(row => row.Row == value.Row && row.Values.TrueForAll(other => other.Column != value.Column)).Values;
            if (row is null)
                rows.Add((value.Row, row = []));
            row.Add(value);
        }

        return rows;
    }

    static string Cell(Comparison value) => $"{value.Printed}  {value.Printed.Format(value.Recomputed.Value, 1)} {Mark(value.Verdict)}";

    static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "[green]=[/]",
        Verdict.Rounding => "[yellow]≈[/]",
        Verdict.Inherited => "[yellow]↳[/]",
        _ => "[red]✗[/]",
    };

    static void Show(ModelCost model, IAnsiConsole console)
    {
        var view = new Table().RoundedBorder().Title($"[bold]{Terminal.Escape(model.Model)}[/]: what its explanation adds").AddColumn("");
        foreach (var column in new[] { "SMOE Scale", "normalise", "combine" })
            view.AddColumn(new TableColumn(column).RightAligned().NoWrap());
        foreach (var (end, scale) in model.Scales.Zip(model.Least.Scales))
        {
            view.AddRow(
                Terminal.Escape($"{end.Name}, {end.Channels}×{end.Height}×{end.Width}"), Count(scale.Statistic), Count(scale.Normalise),
                Count(scale.Combine));
        }
        view.AddRow("total", Count(model.Least.Statistic), Count(model.Least.Normalise), Count(model.Least.Combine));
        console.Write(view);
        var kinds = string.Join(", ", model.Network.Operators.Select(kind => $"{kind.Nodes} {kind.Operator} {Count(kind.MultiplyAdds)}"));
        console.MarkupLineInterpolated($"The network itself: {Count(model.Network.MultiplyAdds)} multiply-adds ({kinds}).");
        if (model.Network.Uncounted.Count > 0)
        {
            var uncounted = string.Join(", ", model.Network.Uncounted.Select(kind => $"{kind.Nodes} {kind.Operator}"));
            console.MarkupLineInterpolated($"Not counted, so that it is more: {uncounted}.");
        }
        if (model.OverheadPercent(model.Least) is { } least && model.OverheadPercent(model.Most) is { } most)
        {
            var operations = $"{Count(model.Least.Total)} to {Count(model.Most.Total)} operations";
            var logarithm = $"a logarithm as 1 or as {Onnx.Costs.ExplanationCost.DearestLogarithm}";
            console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"Added: {operations} ({logarithm}), {least:F2} to {most:F2} %; {model.Least.MemoryBytes / 1000.0:F0} kB.");
        }
        console.WriteLine();
    }

    static void Summarise(PaperReport report, IAnsiConsole console)
    {
        var errors = report.Findings.Where(finding => finding.Verdict == Verdict.Error);
        var findings = string.Concat(errors.Select(finding => $", and so is {Terminal.Escape(finding.Subject)}"));
        string Number(Verdict verdict) => $"{Mark(verdict)} {report.Comparisons.Count(value => value.Verdict == verdict)}";
        console.MarkupLine(
            $"{report.Comparisons.Count()} printed values: {Number(Verdict.Agrees)} agree, {Number(Verdict.Rounding)} differ by rounding, "
            + $"{Number(Verdict.Inherited)} follow from an error beside them, {Number(Verdict.Error)} are errors of the print{findings}.");
        console.MarkupLine("The paper counts a multiply-add of the network as one operation, and its own multiplications and additions one by one.");
    }

    static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
