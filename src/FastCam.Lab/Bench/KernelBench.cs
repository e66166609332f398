using FastCam.Onnx.Maps;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Overlays;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;

namespace FastCam.Lab.Bench;

/// <summary>Measures the method's kernels on the tensors and maps of one pass, each against reading the same bytes.</summary>
sealed class KernelBench : IDisposable
{
    const string Read = "a pure read of the same bytes";

    static readonly string[] Statistics = ["smoe", "std", "mean", "max"];

    readonly int _pairs;
    readonly ScaleEndTensors[] _scaleEnds;
    readonly FrameExplanation _explanation;
    readonly MapSize[] _layers;
    readonly MapSize _target;

    public KernelBench(BenchPlan plan, TestFrame frame)
    {
        _pairs = plan.Pairs;
        var ends = plan.Model.ScaleEnds;
        _layers = [.. ends.Select(end => new MapSize(end.Width, end.Height))];
        _target = plan.Model.Input.Size;
        using var explained = new BenchedStrategy(ExplainStrategy.Taps).Open(plan.Model, plan.Provider, threads: 1);
        using var explainer = explained.CreateExplainer();
        var network = explained.Network;
        using var slot = network.CreateSlot();
        _explanation = explained.CreateExplanation();
        explainer.Explain(frame.View, plan.Model.Input.Fit, _explanation);
        TestFrame.TransformFor(plan.Model.Input).Apply(frame.View, slot.Input); // The explainer's own slot cannot be read here.
        network.Run(slot);
        var planar = new PlanarEnds(ends);
        for (var layer = 0; layer < ends.Count; layer++)
            slot.Export(network.ExportOf(ends[layer])).CopyTo(planar.Values(layer));
        _scaleEnds = [planar, new BlockedEnds(ends, planar), new ByteEnds(ends, planar)];
    }

    public IReadOnlyList<StepCost> Run(Action<string, int, int> progress)
    {
        var statistics =
            from ends in _scaleEnds
            from name in Statistics
            select (Name: $"{name}, {ends.Layout}, all maps", Measure: (Func<string, StepCost>)(step => Statistic(step, name, ends)));
        var steps = statistics.Concat(
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

    StepCost Statistic(string step, string name, ScaleEndTensors ends)
    {
        var statistic = (PartStatistic)Saliency.Statistics.Statistic.Create(name)!;
        var maps = _explanation.Statistics.Select(map => new float[map.Length]).ToArray();
        var time = PairedTimer.Compare(_pairs, ends.Read, () =>
        {
            for (var layer = 0; layer < maps.Length; layer++)
                ends.Compute(statistic, layer, maps[layer]);
        });
        return new StepCost(step, Read, ends.Bytes, time);
    }

    StepCost Normalise(string step)
    {
        var target = _layers.Select(layer => new float[layer.Pixels]).ToArray();
        return OverMaps(step, [.. _explanation.Statistics, .. target], () =>
        {
            for (var layer = 0; layer < target.Length; layer++)
                GaussNormalisation.Apply(_explanation.Statistics[layer], target[layer]);
        });
    }

    StepCost Combine(string step)
    {
        var combination = new ScaleCombination(_layers, _target, ScaleWeights.Resolve("prior", _layers.Length));
        var combined = new float[_target.Pixels];
        return OverMaps(step, [.. _explanation.Normalised, combined], () => combination.Combine(_explanation.Normalised, combined));
    }

    StepCost Lovi(string step)
    {
        var lovi = new Lovi(_layers, _target, Saliency.Overlays.Lovi.Relative(ScaleWeights.Resolve("prior", _layers.Length)));
        var planes = new float[3 * _target.Pixels];
        return OverMaps(step, [.. _explanation.Normalised, planes], () =>
        {
            for (var layer = 0; layer < _layers.Length; layer++)
                lovi.Set(layer, _explanation.Normalised[layer]);
            lovi.Rgb(planes);
        });
    }

    /// <param name="step">The display name.</param>
    /// <param name="maps">The maps that the subject reads and writes.</param>
    /// <param name="subject">The step that is measured.</param>
    StepCost OverMaps(string step, float[][] maps, Action subject)
    {
        var time = PairedTimer.Compare(
            _pairs,
            () =>
            {
                foreach (var map in maps)
                    PureRead.Read<float>(map);
            },
            subject);
        return new StepCost(step, Read, sizeof(float) * maps.Sum(map => (long)map.Length), time);
    }

    public void Dispose()
    {
        foreach (var ends in _scaleEnds)
            ends.Dispose();
    }
}
