using System.Diagnostics;
using FastCam.Edge;
using FastCam.Onnx.Runtime;
using FastCam.Video.Jpeg;

namespace FastCam.Lab.Bench;

/// <summary>Takes every measurement, one after the other.</summary>
static class Bencher
{
    /// <param name="plan">What is measured.</param>
    /// <param name="progress">Told what is being measured, and how much of how much of it is done; on the measuring thread, between measurements.</param>
    public static BenchReport Run(BenchPlan plan, Action<string, int, int> progress)
    {
        var (start, load) = (Stopwatch.GetTimestamp(), Machine.Load());
        var (model, input) = (plan.Model, plan.Model.Input);
        using (var network = Network.Open(model, plan.Provider)) plan = plan with { Provider = network.Provider.Name }; // auto may pass some over, and would say so in every notice.
        using var frame = new TestFrame();
        using var jpeg = new JpegEncoder();
        var steppedBack = new List<SteppedBack>();
        var passes = PassBench.Run(plan, frame, steppedBack, progress);
        var best = BenchedStrategy.All.Single(strategy => strategy.Name == passes.Where(pass => pass.Threads == plan.Threads.Max()).MinBy(pass => pass.Time.Ratio)!.Strategy);
        var memory = MemoryBench.Run(plan, [.. BenchedStrategy.All.Where(strategy => passes.Any(pass => pass.Strategy == strategy.Name))], frame, progress);
        using var kernels = new KernelBench(plan, frame);
        return new BenchReport(
            Machine.Describe(), load, model.Name, $"{string.Join("×", input.Shape)} {EnumNames.Format(input.Type)}", plan.Provider, passes, steppedBack, kernels.Run(progress), FrameBench.Run(plan, frame, jpeg, progress),
            PipelineBench.Run(plan, best, frame, progress), ProcessBench.Run(plan, progress), memory, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}
