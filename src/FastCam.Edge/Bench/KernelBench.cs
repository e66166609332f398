using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Taps;
using FastCam.Saliency;

namespace FastCam.Edge.Bench;

/// <summary>The method's kernels on the tensors and maps of one pass, each against reading the same values.</summary>
sealed class KernelBench : IDisposable
{
    const string Read = "a pure read of the same values";

    static readonly string[] Statistics = ["smoe", "std", "mean", "max"];

    readonly int _pairs;
    readonly Network _network;
    readonly NetworkSlot _slot;
    readonly FrameExplanation _explanation;
    readonly IReadOnlyList<Tap> _taps;
    readonly MapSize[] _layers;
    readonly MapSize _target;

    public KernelBench(BenchPlan plan, TestFrame frame)
    {
        _pairs = plan.Pairs;
        _network = Network.Open(plan.Model, plan.Provider, threads: 1);
        _slot = _network.CreateSlot();
        _explanation = new FrameExplanation(_network);
        _taps = plan.Model.Taps;
        _layers = [.. _taps.Select(tap => new MapSize(tap.Width, tap.Height))];
        _target = plan.Model.Input.Size;
        using var explainer = new Explainer(_network);
        explainer.Explain(frame.View, plan.Model.Input.Fit, _explanation);
        TestFrame.TransformFor(plan.Model.Input).Apply(frame.View, _slot.Input); // The explainer's own slot is not ours to read.
        _network.Run(_slot);
    }

    public IReadOnlyList<StepCost> Run(Action<string, int, int> progress)
    {
        var steps = Statistics.Select(name => (Name: $"{name}, all maps", Measure: (Func<string, StepCost>)(step => Statistic(step, name)))).Concat(
        [
            ("Gauss normalisation, all maps", Normalise),
            ("combination", Combine),
            ("LOVI", Lovi),
        ]).ToList();
        var costs = new List<StepCost>();
        foreach (var (name, measure) in steps)
        {
            costs.Add(measure(name));
            progress("kernels", costs.Count, steps.Count);
        }
        return costs;
    }

    StepCost Statistic(string step, string name)
    {
        var statistic = Saliency.Statistic.Create(name)!;
        var maps = _explanation.Statistics;
        var time = PairedTimer.Compare(
            _pairs,
            () =>
            {
                for (var layer = 0; layer < _taps.Count; layer++) PureRead.Of(Tensor(layer));
            },
            () =>
            {
                for (var layer = 0; layer < _taps.Count; layer++) statistic.Compute(Tensor(layer), _taps[layer].Channels, maps[layer]);
            });
        return new StepCost(step, Read, sizeof(float) * _taps.Sum(tap => (long)tap.Channels * tap.Pixels), time);
    }

    ReadOnlySpan<float> Tensor(int layer) => _slot.Export(_network.ExportOf(_taps[layer]));

    StepCost Normalise(string step)
    {
        var target = _layers.Select(layer => new float[layer.Pixels]).ToArray();
        return OverMaps(step, _explanation.Statistics, () =>
        {
            for (var layer = 0; layer < target.Length; layer++) GaussNormalisation.Apply(_explanation.Statistics[layer], target[layer]);
        });
    }

    StepCost Combine(string step)
    {
        var combination = new ScaleCombination(_layers, _target, ScaleWeights.Resolve("prior", _layers.Length));
        var combined = new float[_target.Pixels];
        return OverMaps(step, _explanation.Normalised, () =>
        {
            combination.Begin(combined);
            for (var layer = 0; layer < _layers.Length; layer++) combination.Add(layer, _explanation.Normalised[layer], combined);
        });
    }

    StepCost Lovi(string step)
    {
        var lovi = new Lovi(_layers, _target, Saliency.Lovi.Relative(ScaleWeights.Resolve("prior", _layers.Length)));
        var planes = new float[3 * _target.Pixels];
        return OverMaps(step, _explanation.Normalised, () =>
        {
            for (var layer = 0; layer < _layers.Length; layer++) lovi.Set(layer, _explanation.Normalised[layer]);
            lovi.Rgb(planes);
        });
    }

    StepCost OverMaps(string step, IReadOnlyList<float[]> maps, Action subject)
    {
        var time = PairedTimer.Compare(
            _pairs,
            () =>
            {
                foreach (var map in maps) PureRead.Of(map);
            },
            subject);
        return new StepCost(step, Read, sizeof(float) * maps.Sum(map => (long)map.Length), time);
    }

    public void Dispose()
    {
        _slot.Dispose();
        _network.Dispose();
    }
}
