using System.Text.Json;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Onnx.Runtime;

namespace FastCam.Edge.Bench;

/// <summary>Start-up time and memory, of child processes.</summary>
static class ProcessBench
{
    /// <summary>The option of <c>bench</c> by which a child holds one session and says how much memory it then has.</summary>
    public const string ResidenceOption = "--resident";

    /// <summary>A session without any explanation.</summary>
    const string Bare = "bare";

    const int Passes = 5;
    const int StreamFrames = 90;

    static readonly string Size = $"{TestFrame.Format.Width}x{TestFrame.Format.Height}@30";

    public static ProcessCost Run(BenchPlan plan, Action<string, int, int> progress)
    {
        var (steps, done) = (3 + Way.All.Count, 0);
        var first = Median(() => Run(plan, 2, "null:").GetProperty("firstOverlayMs").GetDouble());
        var stream = Median(() => Run(plan, StreamFrames, "web://127.0.0.1:0").GetProperty("residentBytes").GetDouble());
        var bare = Median(() => Resident(plan, Bare));
        return new ProcessCost(first, (long)stream, (long)bare, [.. Way.All.Select(way => new WayMemory(way.Name, (long)(Median(() => Resident(plan, way.Name)) - bare)))]);

        double Median(Func<double> measure)
        {
            var median = RatioEstimate.Median([.. Enumerable.Range(0, plan.Children).Select(_ => measure())]);
            progress("start and memory", ++done, steps);
            return median;
        }
    }

    /// <summary>The child's part: what the process holds with one session after a few passes.</summary>
    /// <exception cref="CommandException">There is no such way.</exception>
    public static Residence Measure(Model model, string provider, string name)
    {
        _ = model.Taps; // Found for every way alike, so that finding them is no difference.
        var way = Way.All.FirstOrDefault(way => way.Name == name);
        if (way is null && name != Bare) throw new CommandException(ExitCode.BadOption, $"There is no way of explaining {name}; there are {string.Join(", ", Way.All.Select(way => way.Name))}.");
        using var frame = new TestFrame();
        using var network = way?.Open(model, provider, 1) ?? Network.OpenBare(model, ExecutionProvider.Choose(provider)[0], 1);
        if (way is null)
        {
            using var slot = network.CreateSlot();
            for (var pass = 0; pass < Passes; pass++) network.Run(slot);
            return Weigh();
        }
        using var explainer = new Explainer(network);
        var explanation = new FrameExplanation(network);
        for (var pass = 0; pass < Passes; pass++) explainer.Explain(frame.View, model.Input.Fit, explanation);
        return Weigh();
    }

    static Residence Weigh()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return new Residence(Environment.WorkingSet);
    }

    static JsonElement Run(BenchPlan plan, int frames, string sink) =>
        ChildProcess.Run(["run", "--source", $"test:{Size}?frames={frames}", "--sink", sink, "--json", "--provider", plan.Provider, "--model", plan.Model.FilePath, .. plan.ModelArguments]);

    static double Resident(BenchPlan plan, string way) =>
        ChildProcess.Run(["bench", plan.Model.FilePath, ResidenceOption, way, "--provider", plan.Provider, .. plan.ModelArguments]).GetProperty("residentBytes").GetDouble();
}
