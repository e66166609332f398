using System.Diagnostics;
using FastCam.Edge;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;

namespace FastCam.Lab.Bench;

/// <summary>Measures what each explain strategy adds to a forward pass.</summary>
static class PassBench
{
    /// <summary>After so many passes the kernels, which are called several times a pass, have been compiled for good.</summary>
    const int WarmUp = 30;

    /// <summary>Measures every strategy that the model and this machine have, with every number of threads.</summary>
    /// <param name="plan">What is measured.</param>
    /// <param name="frame">The frame that the network sees.</param>
    /// <param name="steppedBack">Filled with the other strategies: measuring one under another's name would say nothing.</param>
    /// <param name="progress">Called with a name, what is done, and what there is.</param>
    public static IReadOnlyList<PassCost> Run(
        BenchPlan plan, TestFrame frame, ICollection<SteppedBack> steppedBack, Action<string, int, int> progress)
    {
        var costs = new List<PassCost>();
        foreach (var threads in plan.Threads)
        {
            foreach (var strategy in BenchedStrategy.All.Where(strategy => steppedBack.All(other => other.Strategy != strategy.Name)))
            {
                void Done(int pairs) => progress($"{strategy.Name}, {Threads(threads)}", pairs, plan.Pairs);
                if (Measure(plan, strategy, threads, frame, steppedBack, Done) is { } cost)
                    costs.Add(cost);
            }
        }
        return costs;
    }

    /// <summary>Measures one strategy; returns null where the network stepped back to another one.</summary>
    static PassCost? Measure(
        BenchPlan plan, BenchedStrategy strategy, int threads, TestFrame frame, ICollection<SteppedBack> steppedBack, Action<int> done)
    {
        var (baseline, subject) = (new double[plan.Pairs], new double[plan.Pairs]);
        var (within, after) = (new List<double>(), new List<double>());
        for (var opening = 0; opening < plan.Openings; opening++)
        {
            // Each is opened first as often as the other, because the second gets the memory that the first has left.
            using var opened = opening % 2 == 1 ? Bare() : null;
            using var network = strategy.Open(plan.Model, plan.Provider, threads);
            if (network.Strategy != strategy.Strategy)
            {
                steppedBack.Add(new SteppedBack(strategy.Name, EnumNames.Format(network.Strategy), network.Notice ?? ""));
                return null;
            }
            using var second = opened is null ? Bare() : null;
            var bare = opened ?? second!;
            using var explainer = network.CreateExplainer();
            var explanation = network.CreateExplanation(keepsStatistics: false);
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
        return new PassCost(
            strategy.Name, threads, RatioEstimate.FromPairs(baseline, subject, plan.Openings), RatioEstimate.Median([.. within]),
            RatioEstimate.Median([.. after]));

        NetworkPass Bare() => NetworkPass.Bare(plan.Model, ExecutionProvider.Choose(plan.Provider)[0], threads, frame);
    }

    static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}

/// <summary>
/// A network's pass over the test frame, after which nothing is done with the exports. Everything else is measured against the pass of the bare
/// network.
/// </summary>
sealed class NetworkPass : IDisposable
{
    readonly IDisposable _owner;
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly FrameToTensor _transform;
    readonly TestFrame _frame;

    /// <param name="network">The network; it is disposed with the pass.</param>
    /// <param name="frame">The frame that it sees.</param>
    public NetworkPass(ExplainedNetwork network, TestFrame frame) : this(network, network.Network, frame)
    {
    }

    NetworkPass(IDisposable owner, Network network, TestFrame frame)
    {
        (_owner, _network) = (owner, network);
        _slot = _network.CreateSlot();
        _frame = frame;
        _transform = TestFrame.TransformFor(network.Model.Input);
        _transform.Apply(frame.View, _slot.Input);
    }

    /// <summary>Opens the network without anything that explains it.</summary>
    public static NetworkPass Bare(Model model, ExecutionProvider provider, int threads, TestFrame frame)
    {
        var network = Network.OpenBare(model, provider, threads);
        return new NetworkPass(network, network, frame);
    }

    /// <summary>Runs one pass over the present input.</summary>
    public void Run() => _network.Run(_slot);

    /// <summary>
    /// Runs one pass and returns its milliseconds. The frame is made the input before that, untimed, so that the caches are as an explained pass
    /// finds them.
    /// </summary>
    public double Time()
    {
        _transform.Apply(_frame.View, _slot.Input);
        var start = Stopwatch.GetTimestamp();
        _network.Run(_slot);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose()
    {
        _slot.Dispose();
        _owner.Dispose();
    }
}
