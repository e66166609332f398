using System.Globalization;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Maps;

/// <summary>What the maps of a network are made by; the defaults are the paper's choice.</summary>
public sealed record ExplanationOptions
{
    /// <summary>Where the layers' statistics are computed; where that cannot be, the next best, with a notice.</summary>
    public ExplainStrategy Strategy { get; init; }

    /// <summary>Whether a reduced frame is antialiased; null for what the manifest says.</summary>
    public bool? Antialias { get; init; }

    /// <summary>The statistic of each layer.</summary>
    public Statistic Statistic { get; init; } = Statistic.Create("smoe")!;

    /// <summary>How a layer's map is brought to 0..1.</summary>
    public NormalisationMethod Normalisation { get; init; } = NormalisationMethod.Gauss;

    /// <summary>The scales' weights.</summary>
    public ScaleWeights Weights { get; init; } = ScaleWeights.Prior;

    /// <summary>How many of the outermost cells of each normalised map are faded, 0 or more; 0 for none.</summary>
    public int Fade { get; init; }

    /// <summary>The half-life of the maps' exponential average over time; zero for none.</summary>
    public TimeSpan Smoothing { get; init; }

    /// <summary>How a class map is made; null for none.</summary>
    public ClassMapMethod? ClassMap { get; init; }

    /// <summary>The class of the class map, from 0 to the number of classes − 1; null for the most probable of each frame.</summary>
    public int? Class { get; init; }

    /// <summary>The display text: what the layers' maps are made by, as <c>smoe, gauss, smoothed (half-life 0.5 s)</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Statistic.Name, Normalisation.Name };
        if (Fade > 0)
            parts.Add($"rim of {Fade} faded");
        if (Smoothing > TimeSpan.Zero)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"smoothed (half-life {Smoothing.TotalSeconds:0.###} s)"));
        return string.Join(", ", parts);
    }

    /// <exception cref="ModelException">The model lacks what is asked for.</exception>
    /// <exception cref="FormatException">The weights do not fit the model's scales.</exception>
    /// <exception cref="ArgumentException">There is no such class.</exception>
    internal void ThrowUnlessFit(Model model)
    {
        Weights.For(model.ScaleEnds.Count);
        CreateNormalisation(model);
        if (ClassMap is not null && Class is { } index && (index < 0 || index >= model.ClassHead.Classes))
            throw new ArgumentException($"There is no class {index}; {model.Name} has {model.ClassHead.Classes}.");
    }

    /// <summary>The normalisation of a model's layers, for one stream.</summary>
    /// <exception cref="ModelException">The fixed normalisation is asked for, and the manifest lacks its constants.</exception>
    internal Normalisation CreateNormalisation(Model model) =>
        Normalisation.Create(model.ScaleEnds.Count, Normalisation.NeedsMoments ? Moments(model) : null);

    GaussMoments[] Moments(Model model)
    {
        var calibration = model.Manifest.Calibration;
        if (calibration is not null && !Statistic.Equals(calibration.CreateStatistic()))
        {
            throw new ModelException(
                ModelFault.BadManifest,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The manifest of {model.FilePath} was calibrated for the statistic {calibration.Statistic} "
                    + $"with epsilon {calibration.Epsilon}{(calibration.Biased ? ", biased" : "")}; give the same, or run fastcam calibrate again."))
            { Setting = "statistic" };
        }
        if (calibration is null || !calibration.Layers.Select(layer => layer.Tensor).SequenceEqual(model.ScaleEnds.Select(end => end.Name)))
        {
            throw new ModelException(
                ModelFault.BadManifest,
                $"gauss-fixed needs the constants of {Statistic} for the scale ends of {model.FilePath}, and its manifest has none; measure them with "
                + "fastcam calibrate, and give the manifest that it writes.")
            { Setting = "manifest" };
        }
        return [.. calibration.Layers.Select(layer => new GaussMoments(layer.Mean, layer.Sigma))];
    }
}
