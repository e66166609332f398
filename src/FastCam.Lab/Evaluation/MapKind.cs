using FastCam.Edge;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Combination;

namespace FastCam.Lab.Evaluation;

/// <summary>A kind of map that can be drawn for an image, by the name that a user types.</summary>
abstract record MapKind(string Name)
{
    /// <summary>The paper's recommendation.</summary>
    public const string Default = "combined-prior";

    /// <summary>The control that every other kind has to beat.</summary>
    public const string Random = "random";

    static readonly string[] Weightings = ["equal", "rule", "prior"];

    /// <summary>Whether it shows one class.</summary>
    public virtual bool IsOfClass => false;

    /// <summary>
    /// Returns every kind that a network allows; those of a class only where the network has a head that they can be computed from.
    /// </summary>
    public static IReadOnlyList<MapKind> All(Model model)
    {
        var scales = model.ScaleEnds.Count;
        var kinds = new List<MapKind>();
        foreach (var weighting in Weightings)
            kinds.Add(new CombinedKind($"combined-{weighting}", ScaleWeights.Resolve(weighting, scales)));
        for (var layer = 0; layer < scales; layer++)
            kinds.Add(new CombinedKind($"layer{layer + 1}", [.. Enumerable.Range(0, scales).Select(scale => scale == layer ? 1f : 0)]));
        if (model.NoClassHead is null)
        {
            foreach (var method in ClassMapMethod.Names)
                kinds.Add(new ClassKind(method));
            foreach (var weighting in Weightings)
                kinds.Add(new FastCamKind($"fast-cam-{weighting}", ScaleWeights.Resolve(weighting, scales)));
        }
        kinds.Add(new RandomKind(Random));
        kinds.Add(new CentredKind("gaussian"));
        return kinds;
    }

    /// <summary>Returns why a network has no class maps, as a sentence; null where it has.</summary>
    public static string? ReasonForNoClassMaps(Model model) => model.NoClassHead is { } reason ? $"No class maps: {reason}" : null;

    /// <summary>Returns the options with which a network must be opened so that every kind can be drawn.</summary>
    public static ExplanationOptions OptionsFor(Model model, ExplanationOptions statistic) =>
        statistic with { ClassMap = model.NoClassHead is null ? ClassMapMethod.Create(ClassMapMethod.Names[0]) : null };

    /// <summary>Returns the kinds of these names, separated by commas; all kinds where there are no names.</summary>
    /// <exception cref="EdgeException">There is no such kind.</exception>
    public static IReadOnlyList<MapKind> Choose(Model model, string? names) => names is null
        ? All(model)
        : [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)
            .Select(name => Find(model, name))];

    /// <summary>Returns the kind of this name.</summary>
    /// <exception cref="EdgeException">There is no such kind.</exception>
    public static MapKind Find(Model model, string name)
    {
        var all = All(model);
        if (all.FirstOrDefault(kind => kind.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found)
            return found;
        throw new EdgeException(
            EdgeFault.BadSetting,
            $"There is no map {name}; {model.Name} has {string.Join(", ", all.Select(kind => kind.Name))}."
            + $"{(ReasonForNoClassMaps(model) is { } reason ? $" {reason}" : "")}");
    }
}

/// <summary>The weighted mean of the layers' normalised maps (Equation 3); with all weight on one of them, that layer alone.</summary>
sealed record CombinedKind(string Name, float[] Weights) : MapKind(Name);

/// <summary>A class map, named by its method.</summary>
sealed record ClassKind(string Name) : MapKind(Name)
{
    public override bool IsOfClass => true;
}

/// <summary>The product of the combined map and Grad-CAM.</summary>
sealed record FastCamKind(string Name, float[] Weights) : MapKind(Name)
{
    public override bool IsOfClass => true;
}

/// <summary>A map of noise.</summary>
sealed record RandomKind(string Name) : MapKind(Name);

/// <summary>A Gaussian at the centre, because photographers point at what they photograph.</summary>
sealed record CentredKind(string Name) : MapKind(Name);
