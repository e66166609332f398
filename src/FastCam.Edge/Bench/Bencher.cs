using System.Diagnostics;
using FastCam.Video;

namespace FastCam.Edge.Bench;

/// <summary>Takes every measurement, one after the other.</summary>
static class Bencher
{
    /// <param name="plan">What is measured.</param>
    /// <param name="progress">Told what is being measured, and how much of how much of it is done; on the measuring thread, between measurements.</param>
    public static BenchReport Run(BenchPlan plan, Action<string, int, int> progress)
    {
        var start = Stopwatch.GetTimestamp();
        var (model, input) = (plan.Model, plan.Model.Input);
        using var frame = new TestFrame();
        using var jpeg = new JpegEncoder();
        var passes = PassBench.Run(plan, frame, progress);
        using var kernels = new KernelBench(plan, frame);
        return new BenchReport(
            Machine.Describe(), model.Name, $"{string.Join("×", input.Shape)} {Names.Of(input.Type)}", plan.Provider, passes, kernels.Run(progress), FrameBench.Run(plan, frame, jpeg, progress),
            PipelineBench.Run(plan, frame, progress), ProcessBench.Run(plan, progress), Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
