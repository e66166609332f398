using System.Globalization;

namespace FastCam.Lab.Bench;

/// <summary>A report's figures as text, the same in every form of the report.</summary>
static class BenchText
{
    /// <summary>What is said of the pipeline and of the process, for every form of the report.</summary>
    public static IEnumerable<(string Name, string Value)> Facts(BenchReport report)
    {
        var (pipeline, process) = (report.Pipeline, report.Process);
        yield return ($"pipeline by {pipeline.Strategy}, {TestFrame.Format} → overlay → null, every frame, {pipeline.Threads} threads a pass; {pipeline.Time.Pairs} runs of {pipeline.Frames} frames", Invariant($"{pipeline.Rate:F1} frames/s, {pipeline.RateRatio:F3} of the bare loop's {pipeline.BareRate:F1} [{1 / pipeline.Time.High:F3}, {1 / pipeline.Time.Low:F3}]"));
        yield return ("processor time a frame at 10 frames/s, over that of a bare pass", Invariant($"{pipeline.Cpu:F2} in a loop, {pipeline.CpuAtRate:F2} at the same rate"));
        yield return ($"start of the program to its first overlay, median of {process.Runs}", Invariant($"{process.FirstOverlayMs / 1000:F2} s"));
        yield return ($"resident memory, {TestFrame.Format} to the page, nobody watching, median of {process.Runs}", Bytes(process.StreamBytes));
        if (report.Memory is not { } memory) yield break;
        yield return ("memory held by a bare session", Bytes(memory.BareBytes));
        foreach (var strategy in memory.Strategies) yield return ($"beyond that by {strategy.Strategy}: the session, the maps of a frame", $"{Bytes(strategy.SessionBytes)}, {Bytes(strategy.FrameBytes)}");
    }

    /// <summary>A sentence about a strategy that was not measured.</summary>
    public static string SteppedBack(SteppedBack strategy) => $"Not measured: {strategy.Strategy}, which became {strategy.To}. {strategy.Reason}";

    public static string Percent(double share) => Invariant($"{100 * share:F2} %");

    public static string Time(double milliseconds) => milliseconds >= 1 ? Invariant($"{milliseconds:F2} ms") : Invariant($"{1000 * milliseconds:F1} µs");

    public static string Bytes(long bytes) => Math.Abs(bytes) >= 1_000_000 ? Invariant($"{bytes / 1e6:F1} MB") : Invariant($"{bytes / 1e3:F0} kB");

    public static string Interval(RatioEstimate time, string format) => $"[{time.Low.ToString(format, CultureInfo.InvariantCulture)}, {time.High.ToString(format, CultureInfo.InvariantCulture)}]";

    public static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
