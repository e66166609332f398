using FastCam.Onnx.Explanation;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Edge.Bench;

/// <summary>What each way of explaining adds to a forward pass.</summary>
static class PassBench
{
    /// <summary>The kernels, called several times a pass, are compiled for good after so many.</summary>
    const int WarmUp = 30;

    /// <summary>Measures every way that the model and this machine have, with every number of threads.</summary>
    /// <param name="steppedBack">Gets the others: measuring one under another's name would say nothing.</param>
    public static IReadOnlyList<PassCost> Run(BenchPlan plan, TestFrame frame, ICollection<SteppedBack> steppedBack, Action<string, int, int> progress)
    {
        var costs = new List<PassCost>();
        foreach (var threads in plan.Threads)
        {
            foreach (var way in Way.All.Where(way => steppedBack.All(other => other.Way != way.Name)))
            {
                using var network = way.Open(plan.Model, plan.Provider, threads);
                if (network.ExplainBy != way.By) steppedBack.Add(new SteppedBack(way.Name, Names.Of(network.ExplainBy), network.Notice ?? ""));
                else costs.Add(Compare(plan, way, network, threads, frame, done => progress($"{way.Name}, {Threads(threads)}", done, plan.Pairs)));
            }
        }
        return costs;
    }

    static PassCost Compare(BenchPlan plan, Way way, Network network, int threads, TestFrame frame, Action<int> done)
    {
        var model = plan.Model;
        using var explainer = new Explainer(network, way.Options);
        using var bare = NetworkPass.Bare(model, network.Provider, threads, frame);
        var explanation = new FrameExplanation(network);
        var (within, after) = (new List<double>(), new List<double>());
        for (var pass = 0; pass < WarmUp; pass++)
        {
            bare.Time();
            Explain();
        }
        within.Clear();
        after.Clear();
        var time = PairedTimer.Compare(plan.Pairs, bare.Time, Explain, done);
        return new PassCost(way.Name, threads, time, RatioEstimate.Median([.. within]), RatioEstimate.Median([.. after]));

        double Explain()
        {
            var before = OperatorTime.Total;
            explainer.Explain(frame.View, model.Input.Fit, explanation);
            var operators = OperatorTime.Total - before;
            within.Add(operators.TotalMilliseconds);
            after.Add((explanation.ExplainTime - operators).TotalMilliseconds);
            return (explanation.ForwardTime + explanation.ExplainTime).TotalMilliseconds;
        }
    }

    static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
