using System.Globalization;
using System.Text;

namespace FastCam.Lab.Bench;

/// <summary>A report's figures as text, the same in every form of the report.</summary>
static class BenchText
{
    /// <summary>Returns the facts about the pipeline and the process, for every form of the report.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(BenchReport report)
    {
        var (pipeline, process) = (report.Pipeline, report.Process);
        yield return (
            $"pipeline by {pipeline.Strategy}, {TestFrame.Format} → overlay → null, every frame, {pipeline.Threads} threads a pass; "
            + $"{pipeline.Time.Pairs} runs of {pipeline.Frames} frames",
            Invariant($"{pipeline.Rate:F1} frames/s, {pipeline.RateRatio:F3} of the bare loop's {pipeline.BareRate:F1} ")
            + Invariant($"[{1 / pipeline.Time.High:F3}, {1 / pipeline.Time.Low:F3}]"));
        yield return (
            "processor time a frame at 10 frames/s, over that of a bare pass",
            Invariant($"{pipeline.Cpu:F2} in a loop, {pipeline.CpuAtRate:F2} at the same rate"));
        yield return (
            $"start of the program to its first overlay, median of {process.Runs}", Invariant($"{process.FirstOverlayMs / 1000:F2} s"));
        yield return (
            $"resident memory, {TestFrame.Format} to the page, nobody watching, median of {process.Runs}", Bytes(process.StreamBytes));
        if (report.Memory is not { } memory)
            yield break;
        yield return ("memory held by a bare session", Bytes(memory.BareBytes));
        foreach (var strategy in memory.Strategies)
        {
            yield return (
                $"beyond that by {strategy.Strategy}: the session, the maps of a frame", $"{Bytes(strategy.SessionBytes)}, {Bytes(strategy.FrameBytes)}");
        }
    }

    /// <summary>Returns a sentence about a strategy that was not measured.</summary>
    public static string SteppedBack(SteppedBack strategy) =>
        $"Not measured: {strategy.Strategy}, which became {strategy.To}. {strategy.Reason}";

    public static string Percent(double share) => Invariant($"{100 * share:F2} %");

    public static string Time(double milliseconds) =>
        milliseconds >= 1 ? Invariant($"{milliseconds:F2} ms") : Invariant($"{1000 * milliseconds:F1} µs");

    public static string Bytes(long bytes) =>
        Math.Abs(bytes) >= 1_000_000 ? Invariant($"{bytes / 1e6:F1} MB") : Invariant($"{bytes / 1e3:F0} kB");

    public static string Interval(RatioEstimate time, string format) =>
        $"[{time.Low.ToString(format, CultureInfo.InvariantCulture)}, {time.High.ToString(format, CultureInfo.InvariantCulture)}]";

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Writes the report as the README's performance section has it.</summary>
static class BenchMarkdown
{
    public static string Create(BenchReport report)
    {
        var text = new StringBuilder();
        var load = report.Load is { } measured ? BenchText.Invariant($"; load before: {measured:F1}") : "";
        var measurements = $"medians of {report.Passes[0].Time.Pairs} interleaved pairs, 95 % bootstrap intervals";
        Line(text, $"{report.Model} ({report.Input}) on {report.Machine}; {measurements}{load}.");
        Line(text, $"");
        Line(text, $"| explained by | threads | bare pass | with all maps | ratio | in operators | after the pass | both / bare |");
        Line(text, $"|---|---|---|---|---|---|---|---|");
        foreach (var pass in report.Passes)
        {
            var (time, ratio, share) = (pass.Time, BenchText.Interval(pass.Time, "F4"), BenchText.Percent(pass.OwnShare));
            text.Append(BenchText.Invariant($"| {pass.Strategy} | {pass.Threads} | {BenchText.Time(time.BaselineMs)} | {BenchText.Time(time.Ms)} "));
            Line(text, $"| **{time.Ratio:F4}** {ratio} | {BenchText.Time(pass.WithinMs)} | {BenchText.Time(pass.AfterMs)} | {share} |");
        }
        Line(text, $"");
        foreach (var strategy in report.SteppedBack)
            Line(text, $"{BenchText.SteppedBack(strategy)}\n");
        Line(text, $"<details><summary>Kernel by kernel</summary>\n");
        Line(text, $"| step, one thread | time | against | ratio |");
        Line(text, $"|---|---|---|---|");
        foreach (var step in report.Kernels.Concat(report.FrameSteps))
        {
            var (time, against) = (step.Time, $"{step.Against}, {BenchText.Bytes(step.Bytes)}");
            Line(text, $"| {step.Step} | {BenchText.Time(time.Ms)} | {against} | {time.Ratio:F2} {BenchText.Interval(time, "F2")} |");
        }
        Line(text, $"\n</details>\n");
        Line(text, $"| the whole program | |");
        Line(text, $"|---|---|");
        foreach (var (name, value) in BenchText.Facts(report))
            Line(text, $"| {name} | {value} |");
        return text.ToString();
    }

    static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
