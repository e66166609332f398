using System.Diagnostics;
using System.Text.Json;
using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Strategies;
using FastCam.Video.Jpeg;

namespace FastCam.Lab.Bench;

/// <summary>Takes every measurement, one after another.</summary>
static class Bencher
{
    /// <param name="plan">What is measured.</param>
    /// <param name="progress">
    /// Called with the name of what is being measured, how much of it is done, and how much there is; on the measuring thread, between measurements.
    /// </param>
    public static BenchReport Run(BenchPlan plan, Action<string, int, int> progress)
    {
        var (start, load) = (Stopwatch.GetTimestamp(), Machine.Load());
        var (model, input) = (plan.Model, plan.Model.Input);
        // The provider auto may pass some over, and would say so in every notice.
        using (var network = ExplainedNetwork.Open(model, new NetworkOptions { Provider = plan.Provider }))
            plan = plan with { Provider = network.Provider.Name };
        using var frame = new TestFrame();
        using var jpeg = new JpegEncoder();
        var steppedBack = new List<SteppedBack>();
        var passes = PassBench.Run(plan, frame, steppedBack, progress);
        var quickest = passes.Where(pass => pass.Threads == plan.Threads.Max()).MinBy(pass => pass.Time.Ratio)!;
        var best = BenchedStrategy.All.Single(strategy => strategy.Name == quickest.Strategy);
        var measured = BenchedStrategy.All.Where(strategy => passes.Any(pass => pass.Strategy == strategy.Name));
        var memory = MemoryBench.Run(plan, [.. measured], frame, progress);
        using var kernels = new KernelBench(plan, frame);
        return new BenchReport(
            Machine.Describe(), load, model.Name, $"{string.Join("×", input.Shape)} {EnumNames.Format(input.Type)}", plan.Provider, passes, steppedBack,
            kernels.Run(progress), FrameBench.Run(plan, frame, jpeg, progress), PipelineBench.Run(plan, best, frame, progress),
            ProcessBench.Run(plan, progress), memory, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }
}

/// <summary>What is measured, and how often.</summary>
/// <param name="Model">The network.</param>
/// <param name="Program">Runs the whole program once more, on this network.</param>
/// <param name="Provider">The execution provider.</param>
/// <param name="Threads">The numbers of threads in a pass; each of them is measured.</param>
/// <param name="Pairs">The interleaved pairs of each comparison, at least 1.</param>
sealed record BenchPlan(Model Model, StreamProgram Program, string Provider, IReadOnlyList<int> Threads, int Pairs)
{
    /// <summary>
    /// How often networks are opened anew. The place of ONNX Runtime's memory alone changes the time of a pass by up to 1 %.
    /// </summary>
    public int Openings => Math.Clamp(Pairs / 30, 1, 10);

    /// <summary>The frames of one run of the pipeline: as many as its meter remembers, or fewer.</summary>
    public int PipelineFrames => Math.Clamp(Pairs / 3, 10, 100);

    /// <summary>The runs of the pipeline, each beside as many bare passes.</summary>
    public int PipelineRuns => Math.Clamp(Pairs / 30, 2, 10);

    /// <summary>The child processes of each kind.</summary>
    public int Children => Math.Clamp(Pairs / 60, 1, 5);
}

/// <summary>Runs a stream in a process of its own, to its end.</summary>
/// <param name="source">The source's URI.</param>
/// <param name="sink">The sink's URI.</param>
/// <param name="provider">The execution provider.</param>
/// <returns>The report that it prints at its end.</returns>
delegate JsonElement StreamProgram(string source, string sink, string provider);

/// <summary>An explain strategy: where the statistics are computed.</summary>
sealed record BenchedStrategy(ExplainStrategy Strategy)
{
    /// <summary>The strategies that are measured.</summary>
    public static IReadOnlyList<BenchedStrategy> All { get; } =
    [
        new(ExplainStrategy.Taps),
        new(ExplainStrategy.Operator),
        new(ExplainStrategy.Blocked),
        new(ExplainStrategy.Nodes),
    ];

    /// <summary>The display name.</summary>
    public string Name => EnumNames.Format(Strategy);

    /// <summary>Opens a model for the strategy; the network says whether it stepped back to another one.</summary>
    public ExplainedNetwork Open(Model model, string provider, int threads) => ExplainedNetwork.Open(
        model, new NetworkOptions { Provider = provider, Threads = threads, Explanation = new ExplanationOptions { Strategy = Strategy } });
}
