using System.Globalization;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Explanation;

/// <summary>What the maps of a network are made by; the defaults are the paper's choice.</summary>
public sealed record ExplanationOptions
{
    /// <summary>Where the layers' statistics are computed; where that cannot be, the next best, with a notice.</summary>
    public ExplainStrategy Strategy { get; init; }

    /// <summary>Whether a reduced frame is antialiased; null for what the manifest says.</summary>
    public bool? Antialias { get; init; }

    /// <summary>The statistic of each layer: one of <see cref="Saliency.Statistics.Statistic.Names"/>.</summary>
    public string Statistic { get; init; } = "smoe";

    /// <summary>What the statistics that take a logarithm add to every activation, 1e-9 to 1.</summary>
    public float Epsilon { get; init; } = SmoeScale.DefaultEpsilon;

    /// <summary>Whether standard deviations divide by r and not by r − 1, as Table 3 of the paper does.</summary>
    public bool Biased { get; init; }

    /// <summary>How a layer's map is brought to 0..1: one of <see cref="Saliency.Normalisations.Normalisation.Names"/>.</summary>
    public string Normalisation { get; init; } = "gauss";

    /// <summary>The half-life of the running normalisation's moments.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The scales' weights, as <see cref="ScaleWeights.Resolve"/> reads them.</summary>
    public string Weights { get; init; } = "prior";

    /// <summary>How many of the outermost cells of each normalised map are faded; 0 for none.</summary>
    public int Fade { get; init; }

    /// <summary>The half-life of the maps' exponential average over time; zero for none.</summary>
    public TimeSpan Smoothing { get; init; }

    /// <summary>How a class map is made, one of <see cref="Saliency.ClassMaps.ClassMapMethod.Names"/>; null for none.</summary>
    public string? ClassMap { get; init; }

    /// <summary>The class of the class map; null for the most probable of each frame.</summary>
    public int? Class { get; init; }

    /// <summary>The display text: what the layers' maps are made by, as <c>smoe, gauss, smoothed (half-life 0.5 s)</c>.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Statistic, Normalisation };
        if (Fade > 0)
            parts.Add($"rim of {Fade} faded");
        if (Smoothing > TimeSpan.Zero)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"smoothed (half-life {Smoothing.TotalSeconds:0.###} s)"));
        return string.Join(", ", parts);
    }

    /// <summary>The statistic with its options.</summary>
    /// <exception cref="ArgumentException">There is no such statistic.</exception>
    public Statistic CreateStatistic() => Saliency.Statistics.Statistic.Create(Statistic, Epsilon, Biased)
        ?? throw new ArgumentException(
            $"There is no statistic {Statistic}; there are {string.Join(", ", Saliency.Statistics.Statistic.Names)}.", nameof(Statistic));

    /// <exception cref="ArgumentException">There is no such class map.</exception>
    internal ClassMapMethod CreateClassMap() => ClassMapMethod.Create(ClassMap!)
        ?? throw new ArgumentException($"There is no class map {ClassMap}; there are {string.Join(", ", ClassMapMethod.Names)}.", nameof(ClassMap));

    /// <summary>What the normalisation needs to know of the model.</summary>
    /// <exception cref="ModelException">The fixed normalisation is asked for, and the manifest lacks its constants.</exception>
    internal NormalisationOptions NormalisationFor(Model model)
    {
        if (Normalisation != "gauss-fixed")
            return new NormalisationOptions { HalfLife = HalfLife };
        var calibration = model.Manifest.Calibration;
        if (calibration is not null && (calibration.Statistic, calibration.Epsilon, calibration.Biased) != (Statistic, Epsilon, Biased))
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
        return new NormalisationOptions { Fixed = [.. calibration.Layers.Select(layer => new GaussMoments(layer.Mean, layer.Sigma))] };
    }
}
