using System.Diagnostics;
using System.Globalization;
using FastCam.Lab.Bench;
using Spectre.Console;
using static FastCam.Lab.Bench.BenchText;

namespace FastCam.Cli.Output;

/// <summary>Shows a report on a terminal, as tables.</summary>
static class BenchView
{
    /// <summary>A load below this does not disturb a measurement.</summary>
    const double QuietLoad = 0.5;

    public static void Show(BenchReport report, IAnsiConsole console)
    {
        console.WriteLine(report.Machine.ToString());
        console.WriteLine(
            $"{report.Model}, {report.Input}, provider {report.Provider}; {report.Passes[0].Time.Pairs} interleaved pairs; "
            + $"ratios of medians with bootstrap intervals of 95 %; {report.Seconds:F0} s");
        if (report.Load > QuietLoad)
        {
            var load = Invariant($"{report.Load:F1}");
            console.MarkupLine(
                $"[yellow]The machine was at work already (load {load}): expect these figures to be too high, and the intervals wide.[/]");
        }
        var passes = Table(
            "explained by", "threads", "bare pass", "with maps", "ratio", "95 %", "in operators", "after the pass", "both / bare");
        foreach (var pass in report.Passes)
        {
            passes.AddRow(
            [
                Terminal.Escape(pass.Strategy), $"{pass.Threads}", .. Times(pass.Time), .. Ratio(pass.Time, "F4"),
                Time(pass.WithinMs), Time(pass.AfterMs), Percent(pass.OwnShare),
            ]);
        }
        console.Write(passes);
        foreach (var strategy in report.SteppedBack)
            console.WriteLine(SteppedBack(strategy));
        foreach (var steps in report.Kernels.Concat(report.FrameSteps).GroupBy(step => step.Against))
        {
            var table = Table($"against {steps.Key}", "bytes", "that", "this", "ratio", "95 %");
            foreach (var step in steps)
                table.AddRow([step.Step, Bytes(step.Bytes), .. Times(step.Time), .. Ratio(step.Time, "F2")]);
            console.Write(table);
        }
        var facts = Table("the whole program", "");
        foreach (var (name, value) in Facts(report))
            facts.AddRow(Terminal.Escape(name), Terminal.Escape(value));
        console.Write(facts);
    }

    public static void Show(SoakReport report, IAnsiConsole console)
    {
        console.WriteLine(report.Machine.ToString());
        var stream = $"{report.Frames} frames of {TestFrame.Format} through {report.Model}, explained by {report.By}";
        console.WriteLine(Invariant($"{stream}; {report.Samples} samples after the first tenth; {report.Seconds:F0} s"));
        var table = Table("memory", "at first", "in the end", "MB for 100 000 frames", "95 %", "");
        foreach (var (name, growth) in new[] { ("managed heap, after forced collections", report.Managed), ("resident", report.Resident) })
        {
            var verdict = growth.IsLevel ? "[green]level[/]" : growth.IsGrowing ? "[red]grows[/]" : "[yellow]not shown[/]";
            table.AddRow(
                name, Invariant($"{growth.First:F2} MB"), Invariant($"{growth.Last:F2} MB"), Invariant($"{growth.Slope:F2}"),
                Terminal.Escape(Invariant($"[{growth.Low:F2}, {growth.High:F2}]")), verdict);
        }
        console.Write(table);
    }

    static string[] Times(RatioEstimate time) => [Time(time.BaselineMs), Time(time.Ms)];

    static string[] Ratio(RatioEstimate time, string format) =>
        [$"[bold]{time.Ratio.ToString(format, CultureInfo.InvariantCulture)}[/]", Terminal.Escape(Interval(time, format))];

    static Table Table(params string[] columns)
    {
        var table = new Table().RoundedBorder().AddColumns(columns);
        for (var column = 1; column < columns.Length; column++)
            table.Columns[column].RightAligned();
        return table;
    }
}

/// <summary>
/// Shows a bar for each measurement. The bars are drawn between measurements only, and not often: drawing takes a core from what is measured.
/// </summary>
sealed class BenchProgress(ProgressContext context)
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    readonly Dictionary<string, ProgressTask> _tasks = [];
    long _drawn;

    public void Report(string name, int done, int of)
    {
        if (!_tasks.TryGetValue(name, out var task))
            _tasks[name] = task = context.AddTask(name, maxValue: of);
        task.Value = done;
        if (done < of && Stopwatch.GetElapsedTime(_drawn) < Period)
            return;
        context.Refresh();
        _drawn = Stopwatch.GetTimestamp();
    }
}
