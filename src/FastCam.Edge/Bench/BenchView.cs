using System.Globalization;
using Spectre.Console;

namespace FastCam.Edge.Bench;

/// <summary>The report for people.</summary>
static class BenchView
{
    /// <summary>A load that a measurement does not notice.</summary>
    const double QuietLoad = 0.5;

    public static void Show(BenchReport report, IAnsiConsole console)
    {
        console.WriteLine(report.Machine.ToString());
        console.WriteLine($"{report.Model}, {report.Input}, provider {report.Provider}; {report.Passes[0].Time.Pairs} interleaved pairs; ratios of medians with bootstrap intervals of 95 %; {report.Seconds:F0} s");
        if (report.Load > QuietLoad) console.MarkupLine(Invariant($"[yellow]The machine was at work already (load {report.Load:F1}): expect these figures to be too high, and the intervals wide.[/]"));
        var passes = Table("explained by", "threads", "bare pass", "with maps", "ratio", "95 %", "in operators", "after the pass", "both / bare");
        foreach (var pass in report.Passes)
            passes.AddRow([Markup.Escape(pass.Way), $"{pass.Threads}", .. Times(pass.Time), .. Ratio(pass.Time, "F4"), Time(pass.WithinMs), Time(pass.AfterMs), Percent(pass.OwnShare)]);
        console.Write(passes);
        foreach (var way in report.SteppedBack) console.WriteLine(SteppedBack(way));
        foreach (var steps in report.Kernels.Concat(report.FrameSteps).GroupBy(step => step.Against))
        {
            var table = Table($"against {steps.Key}", "bytes", "that", "this", "ratio", "95 %");
            foreach (var step in steps) table.AddRow([step.Step, Bytes(step.Bytes), .. Times(step.Time), .. Ratio(step.Time, "F2")]);
            console.Write(table);
        }
        var facts = Table("the whole program", "");
        foreach (var (name, value) in Facts(report)) facts.AddRow(Markup.Escape(name), Markup.Escape(value));
        console.Write(facts);
    }

    public static void Show(SoakReport report, IAnsiConsole console)
    {
        console.WriteLine(report.Machine.ToString());
        console.WriteLine(Invariant($"{report.Frames} frames of {TestFrame.Format} through {report.Model}, explained by {report.By}; {report.Samples} samples after the first tenth; {report.Seconds:F0} s"));
        var table = Table("memory", "at first", "in the end", "MB for 100 000 frames", "95 %", "");
        foreach (var (name, growth) in new[] { ("managed heap, after forced collections", report.Managed), ("resident", report.Resident) })
            table.AddRow(name, Invariant($"{growth.First:F2} MB"), Invariant($"{growth.Last:F2} MB"), Invariant($"{growth.Slope:F2}"), Markup.Escape(Invariant($"[{growth.Low:F2}, {growth.High:F2}]")), growth.IsLevel ? "[green]level[/]" : "[red]grows[/]");
        console.Write(table);
    }

    /// <summary>What is said of the pipeline and of the process, for every form of the report.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(BenchReport report)
    {
        var (pipeline, process) = (report.Pipeline, report.Process);
        yield return ($"pipeline by {pipeline.Way}, {TestFrame.Format} → overlay → null, every frame, {pipeline.Threads} threads a pass; {pipeline.Time.Pairs} runs of {pipeline.Frames} frames", Invariant($"{pipeline.Rate:F1} frames/s, {pipeline.RateRatio:F3} of the bare loop's {pipeline.BareRate:F1} [{1 / pipeline.Time.High:F3}, {1 / pipeline.Time.Low:F3}]"));
        yield return ("processor time a frame at 10 frames/s, over that of a bare pass", Invariant($"{pipeline.Cpu:F2} in a loop, {pipeline.CpuAtRate:F2} at the same rate"));
        yield return ($"start of the program to its first overlay, median of {process.Runs}", Invariant($"{process.FirstOverlayMs / 1000:F2} s"));
        yield return ($"resident memory, {TestFrame.Format} to the page, nobody watching, median of {process.Runs}", Bytes(process.StreamBytes));
        if (report.Memory is not { } memory) yield break;
        yield return ("memory held by a bare session", Bytes(memory.BareBytes));
        foreach (var way in memory.Ways) yield return ($"beyond that by {way.Way}: the session, the maps of a frame", $"{Bytes(way.SessionBytes)}, {Bytes(way.FrameBytes)}");
    }

    /// <summary>A sentence about a way that was not measured.</summary>
    public static string SteppedBack(SteppedBack way) => $"Not measured: {way.Way}, which became {way.To}. {way.Reason}";

    public static string Percent(double share) => Invariant($"{100 * share:F2} %");

    public static string Time(double milliseconds) => milliseconds >= 1 ? Invariant($"{milliseconds:F2} ms") : Invariant($"{1000 * milliseconds:F1} µs");

    public static string Bytes(long bytes) => Math.Abs(bytes) >= 1_000_000 ? Invariant($"{bytes / 1e6:F1} MB") : Invariant($"{bytes / 1e3:F0} kB");

    public static string Interval(RatioEstimate time, string format) => $"[{time.Low.ToString(format, CultureInfo.InvariantCulture)}, {time.High.ToString(format, CultureInfo.InvariantCulture)}]";

    static string[] Times(RatioEstimate time) => [Time(time.BaselineMs), Time(time.Ms)];

    static string[] Ratio(RatioEstimate time, string format) => [$"[bold]{time.Ratio.ToString(format, CultureInfo.InvariantCulture)}[/]", Markup.Escape(Interval(time, format))];

    static Table Table(params string[] columns)
    {
        var table = new Table().RoundedBorder().AddColumns(columns);
        for (var column = 1; column < columns.Length; column++) table.Columns[column].RightAligned();
        return table;
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
