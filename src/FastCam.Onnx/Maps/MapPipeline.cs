using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Onnx.Maps;

/// <summary>
/// The one way to make maps: a pass, from which the layers' statistics come; each layer is normalised, then each band of rows combined. Where
/// operators take the statistics, that is done within the pass. Holds what goes from frame to frame: one for each stream.
/// </summary>
sealed class MapPipeline : PassWork
{
    /// <summary>As many threads as are of use: each band begins with work of its own.</summary>
    const int MostBands = 8;

    readonly MapSize[] _layers;
    readonly Normalisation _normalisation;
    readonly BorderFade? _fade;
    readonly TemporalSmoothing? _smoothing;
    readonly ScaleCombination _combination;
    ExplainedPass? _pass;
    FrameExplanation? _explanation;

    /// <param name="model">The network's model.</param>
    /// <param name="options">What the maps are made by.</param>
    /// <param name="threads">Threads in a pass; 0 for as many as the machine has.</param>
    /// <exception cref="ModelException">The model lacks what the options need.</exception>
    /// <exception cref="FormatException">The weights do not fit the network.</exception>
    public MapPipeline(Model model, ExplanationOptions options, int threads)
    {
        _layers = [.. model.ScaleEnds.Select(tap => new MapSize(tap.Width, tap.Height))];
        _normalisation = options.CreateNormalisation(model);
        _fade = options.Fade > 0 ? new BorderFade(options.Fade) : null;
        _smoothing = options.Smoothing > TimeSpan.Zero ? new TemporalSmoothing(_layers, options.Smoothing) : null;
        Weights = options.Weights.For(_layers.Length);
        _combination = new ScaleCombination(
            _layers, model.Input.Size, Weights, Math.Min(threads > 0 ? threads : Environment.ProcessorCount, MostBands));
    }

    /// <summary>The scales' weights, finest first.</summary>
    public float[] Weights { get; }

    protected override int Phases => 2;

    /// <summary>Runs a pass.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="explanation">Gets the maps, here or in <see cref="PassWork.Finish"/>.</param>
    /// <returns>What the pass spent on the maps.</returns>
    /// <exception cref="ModelException">The pass failed.</exception>
    public TimeSpan Run(ExplainedPass pass, FrameExplanation explanation)
    {
        (_pass, _explanation) = (pass, explanation);
        var before = OperatorTime.Total;
        Run(_layers.Length);
        return OperatorTime.Total - before;
    }

    protected override void RunPass() => _pass!.Network.Run(_pass.Slot);

    protected override int PartsOf(int phase) => phase == 0 ? _layers.Length : _combination.Bands;

    protected override void Do(int phase, int part)
    {
        if (phase == 0)
            Normalise(_explanation!, part);
        else
            _combination.Combine(_explanation!.Normalised, _explanation.Combined, part);
    }

    protected override void Forget()
    {
        _normalisation.Restart();
        _smoothing?.Restart();
    }

    void Normalise(FrameExplanation explanation, int layer)
    {
        var normalised = explanation.Normalised[layer];
        _normalisation.Apply(layer, Statistic(explanation, layer), normalised, explanation.PresentationTime);
        _fade?.Apply(normalised, _layers[layer]);
        _smoothing?.Apply(layer, normalised, explanation.PresentationTime);
    }

    ReadOnlySpan<float> Statistic(FrameExplanation explanation, int layer)
    {
        var (statistics, slot) = (_pass!.Statistics, _pass.Slot);
        if (explanation.Statistics.Count == 0)
            return statistics.Find(slot, layer, explanation.Normalised[layer]);
        statistics.Read(slot, layer, explanation.Statistics[layer]);
        return explanation.Statistics[layer];
    }
}
