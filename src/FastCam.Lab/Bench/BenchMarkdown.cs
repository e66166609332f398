using System.Globalization;
using System.Text;

namespace FastCam.Lab.Bench;

/// <summary>The report as the README's performance section has it.</summary>
static class BenchMarkdown
{
    public static string Create(BenchReport report)
    {
        var text = new StringBuilder();
        Line(text, $"{report.Model} ({report.Input}) on {report.Machine}; medians of {report.Passes[0].Time.Pairs} interleaved pairs, 95 % bootstrap intervals{(report.Load is { } load ? $"; load before: {load:F1}" : "")}.");
        Line(text, $"");
        Line(text, $"| explained by | threads | bare pass | with all maps | ratio | in operators | after the pass | both / bare |");
        Line(text, $"|---|---|---|---|---|---|---|---|");
        foreach (var pass in report.Passes)
            Line(text, $"| {pass.Strategy} | {pass.Threads} | {BenchText.Time(pass.Time.BaselineMs)} | {BenchText.Time(pass.Time.Ms)} | **{pass.Time.Ratio:F4}** {BenchText.Interval(pass.Time, "F4")} | {BenchText.Time(pass.WithinMs)} | {BenchText.Time(pass.AfterMs)} | {BenchText.Percent(pass.OwnShare)} |");
        Line(text, $"");
        foreach (var strategy in report.SteppedBack) Line(text, $"{BenchText.SteppedBack(strategy)}\n");
        Line(text, $"<details><summary>Kernel by kernel</summary>\n");
        Line(text, $"| step, one thread | time | against | ratio |");
        Line(text, $"|---|---|---|---|");
        foreach (var step in report.Kernels.Concat(report.FrameSteps))
            Line(text, $"| {step.Step} | {BenchText.Time(step.Time.Ms)} | {step.Against}, {BenchText.Bytes(step.Bytes)} | {step.Time.Ratio:F2} {BenchText.Interval(step.Time, "F2")} |");
        Line(text, $"\n</details>\n");
        Line(text, $"| the whole program | |");
        Line(text, $"|---|---|");
        foreach (var (name, value) in BenchText.Facts(report)) Line(text, $"| {name} | {value} |");
        return text.ToString();
    }

    static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
