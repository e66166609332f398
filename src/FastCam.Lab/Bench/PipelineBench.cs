using System.Diagnostics;
using FastCam.Edge.Sinks;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Lab.Bench;

/// <summary>Measures the whole walk: test pattern → network → maps → overlay → no sink, each frame with its own map.</summary>
static class PipelineBench
{
    static readonly FrameRate SlowRate = new(10, 1);

    public static PipelineCost Run(BenchPlan plan, BenchedStrategy strategy, TestFrame frame, Action<string, int, int> progress)
    {
        var threads = plan.Threads.Max();
        using var network = strategy.Open(plan.Model, plan.Provider, threads);
        using var bare = NetworkPass.Bare(plan.Model, network.Provider, threads, frame);
        var frames = plan.PipelineFrames;
        Stream(TestFrame.Pattern(TestFrame.Rate, frames)); // During the first run methods are compiled.
        var time = PairedTimer.Compare(
            plan.PipelineRuns, () => Passes(bare, frames), () => 1000 / Stream(TestFrame.Pattern(TestFrame.Rate, frames)),
            done => progress("pipeline", done, plan.PipelineRuns));
        var cpu = Cpu(() => Stream(new PacedSource(TestFrame.Pattern(SlowRate, frames))));
        var (bareCpu, pacedCpu) = (Cpu(() => Passes(bare, frames)), Cpu(() => PacedPasses(bare, frames)));
        return new PipelineCost(strategy.Name, threads, frames, time, cpu / bareCpu, cpu / pacedCpu);

        double Stream(FrameSource source) => TestStream.Run(network, source, account => new NullSink(account));
    }

    static TimeSpan Cpu(Action act)
    {
        var start = Environment.CpuUsage.TotalTime;
        act();
        return Environment.CpuUsage.TotalTime - start;
    }

    /// <summary>Runs bare passes at the slow rate: between two of them the caches go cold, and the processor may sleep.</summary>
    static void PacedPasses(NetworkPass bare, int passes)
    {
        for (var (pass, start) = (0, Stopwatch.GetTimestamp()); pass < passes; pass++)
        {
            var wait = SlowRate.TimeOf(pass) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                Thread.Sleep(wait);
            bare.Run();
        }
    }

    /// <summary>Runs bare passes and returns the milliseconds of one.</summary>
    static double Passes(NetworkPass bare, int passes)
    {
        var start = Stopwatch.GetTimestamp();
        for (var pass = 0; pass < passes; pass++)
            bare.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / passes;
    }
}
