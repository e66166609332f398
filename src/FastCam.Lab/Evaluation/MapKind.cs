using FastCam.Edge;
using FastCam.Onnx.ClassMaps;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;

namespace FastCam.Lab.Evaluation;

/// <summary>A kind of map that can be drawn for a picture, by the name that people type.</summary>
abstract record MapKind(string Name)
{
    /// <summary>The paper's recommendation.</summary>
    public const string Default = "combined-prior";

    /// <summary>The control that every other kind has to beat.</summary>
    public const string Random = "random";

    static readonly string[] Weightings = ["equal", "rule", "prior"];

    /// <summary>Whether it speaks of one class.</summary>
    public virtual bool IsOfClass => false;

    /// <summary>Every kind that a network allows: those of a class only where it has a head that they can be computed from.</summary>
    public static IReadOnlyList<MapKind> All(Model model, bool hasClassMaps)
    {
        var scales = model.ScaleEnds.Count;
        var kinds = new List<MapKind>();
        foreach (var weighting in Weightings) kinds.Add(new CombinedKind($"combined-{weighting}", ScaleWeights.Resolve(weighting, scales)));
        for (var layer = 0; layer < scales; layer++) kinds.Add(new CombinedKind($"layer{layer + 1}", [.. Enumerable.Range(0, scales).Select(scale => scale == layer ? 1f : 0)]));
        if (hasClassMaps)
        {
            foreach (var method in ClassMapMethod.Names) kinds.Add(new ClassKind(method));
            foreach (var weighting in Weightings) kinds.Add(new FastCamKind($"fast-cam-{weighting}", ScaleWeights.Resolve(weighting, scales)));
        }
        kinds.Add(new RandomKind(Random));
        kinds.Add(new CentredKind("gaussian"));
        return kinds;
    }

    /// <summary>What class maps can be computed from; null, and why, where there is nothing.</summary>
    public static (IClassGradients? Gradients, string? Why) GradientsOf(Model model) =>
        model.NoClassHead is { } why ? (null, $"No class maps: {why}") : (model.ClassHead, null);

    /// <summary>What a network must be opened for so that every kind can be drawn.</summary>
    public static ExplanationOptions OptionsFor(Model model, ExplanationOptions statistic) => statistic with { ClassMap = model.NoClassHead is null ? ClassMapMethod.Names[0] : null };

    /// <summary>The kinds of these names, separated by commas; without names all.</summary>
    /// <exception cref="EdgeException">There is no such kind.</exception>
    public static IReadOnlyList<MapKind> Choose(Model model, IClassGradients? gradients, string? why, string? names) => names is null
        ? All(model, gradients is not null)
        : [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Find(model, gradients, why, name))];

    /// <summary>The kind of this name.</summary>
    /// <exception cref="EdgeException">There is no such kind.</exception>
    public static MapKind Find(Model model, IClassGradients? gradients, string? why, string name)
    {
        var all = All(model, gradients is not null);
        return all.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new EdgeException(EdgeFault.BadSetting, $"There is no map {name}; {model.Name} has {string.Join(", ", all.Select(kind => kind.Name))}.{(why is null ? "" : $" {why}")}");
    }
}

/// <summary>The layers' normalised maps, weighted (Equation 3); with all weight on one of them, that layer alone.</summary>
sealed record CombinedKind(string Name, float[] Weights) : MapKind(Name);

/// <summary>A class map, by its method's name.</summary>
sealed record ClassKind(string Name) : MapKind(Name)
{
    public override bool IsOfClass => true;
}

/// <summary>The combined map times Grad-CAM.</summary>
sealed record FastCamKind(string Name, float[] Weights) : MapKind(Name)
{
    public override bool IsOfClass => true;
}

/// <summary>Noise.</summary>
sealed record RandomKind(string Name) : MapKind(Name);

/// <summary>A Gaussian at the centre: that photographers point at what they photograph.</summary>
sealed record CentredKind(string Name) : MapKind(Name);
