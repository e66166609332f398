using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

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
            foreach (var way in BenchedStrategy.All.Where(way => steppedBack.All(other => other.Strategy != way.Name)))
                if (Measure(plan, way, threads, frame, steppedBack, done => progress($"{way.Name}, {Threads(threads)}", done, plan.Pairs)) is { } cost)
                    costs.Add(cost);
        return costs;
    }

    /// <summary>Null where the network stepped back to another way.</summary>
    static PassCost? Measure(BenchPlan plan, BenchedStrategy way, int threads, TestFrame frame, ICollection<SteppedBack> steppedBack, Action<int> done)
    {
        var (baseline, subject) = (new double[plan.Pairs], new double[plan.Pairs]);
        var (within, after) = (new List<double>(), new List<double>());
        for (var opening = 0; opening < plan.Openings; opening++)
        {
            // Each is opened first as often as the other: what is opened second gets the memory that the first has left.
            using var opened = opening % 2 == 1 ? Bare() : null;
            using var network = way.Open(plan.Model, plan.Provider, threads);
            if (network.Strategy != way.Strategy)
            {
                steppedBack.Add(new SteppedBack(way.Name, EnumNames.Format(network.Strategy), network.Notice ?? ""));
                return null;
            }
            using var second = opened is null ? Bare() : null;
            var bare = opened ?? second!;
            using var explainer = new Explainer(network, way.Options);
            var explanation = new FrameExplanation(network, keepsStatistics: false);
            for (var pass = 0; pass < WarmUp; pass++)
            {
                bare.Time();
                Explain([], []);
            }
            var first = plan.Pairs * opening / plan.Openings;
            var pairs = first..(plan.Pairs * (opening + 1) / plan.Openings);
            PairedTimer.Take(baseline.AsSpan(pairs), subject.AsSpan(pairs), bare.Time, () => Explain(within, after), pair => done(first + pair));

            double Explain(List<double> withinMs, List<double> afterMs)
            {
                var before = OperatorTime.Total;
                explainer.Explain(frame.View, plan.Model.Input.Fit, explanation);
                var operators = OperatorTime.Total - before;
                withinMs.Add(operators.TotalMilliseconds);
                afterMs.Add((explanation.ExplainTime - operators).TotalMilliseconds);
                return (explanation.ForwardTime + explanation.ExplainTime).TotalMilliseconds;
            }
        }
        return new PassCost(way.Name, threads, RatioEstimate.FromPairs(baseline, subject, plan.Openings), RatioEstimate.Median([.. within]), RatioEstimate.Median([.. after]));

        NetworkPass Bare() => NetworkPass.Bare(plan.Model, ExecutionProvider.Choose(plan.Provider)[0], threads, frame);
    }

    static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
