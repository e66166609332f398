using FastCam.Onnx.Explanation;

namespace FastCam.Edge.Bench;

/// <summary>What each way of explaining adds to a forward pass.</summary>
static class PassBench
{
    /// <summary>The kernels, called several times a pass, are compiled for good after so many.</summary>
    const int WarmUp = 30;

    public static IReadOnlyList<PassCost> Run(BenchPlan plan, TestFrame frame, Action<string, int, int> progress) =>
        [.. from threads in plan.Threads from way in Way.All select Compare(plan, way, threads, frame, done => progress($"{way.Name}, {Threads(threads)}", done, plan.Pairs))];

    static PassCost Compare(BenchPlan plan, Way way, int threads, TestFrame frame, Action<int> done)
    {
        var model = plan.Model;
        using var network = way.Open(model, plan.Provider, threads);
        using var explainer = new Explainer(network);
        using var bare = new BarePass(model, network.Provider, threads, frame);
        var explanation = new FrameExplanation(network);
        var own = new List<double>();
        for (var pass = 0; pass < WarmUp; pass++)
        {
            bare.Time();
            Explain();
        }
        own.Clear();
        var time = PairedTimer.Compare(plan.Pairs, bare.Time, Explain, done);
        return new PassCost(way.Name, threads, time, RatioEstimate.Median(own.ToArray()));

        double Explain()
        {
            var before = way.WithinPasses();
            explainer.Explain(frame.View, model.Input.Fit, explanation);
            own.Add((way.WithinPasses() - before + explanation.ExplainTime).TotalMilliseconds);
            return (explanation.ForwardTime + explanation.ExplainTime).TotalMilliseconds;
        }
    }

    static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
