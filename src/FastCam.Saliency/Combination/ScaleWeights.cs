using System.Globalization;

namespace FastCam.Saliency.Combination;

/// <summary>The weights of the scales in Equation 3, from the shallowest to the deepest: a rule for any number of scales, or a list.</summary>
public sealed class ScaleWeights : IEquatable<ScaleWeights>
{
    /// <summary>1 for each scale.</summary>
    public static readonly ScaleWeights Equal = new("equal", []);

    /// <summary>1, 2, … n.</summary>
    public static readonly ScaleWeights Rule = new("rule", []);

    /// <summary>
    /// The paper's 0.18, 0.15, 0.37, 0.4, 0.72 for five scales; for another number interpolated linearly over the relative depth, the first scale
    /// at 0 and the last at 1.
    /// </summary>
    public static readonly ScaleWeights Prior = new("prior", []);

    readonly string _text;
    readonly float[] _list;

    ScaleWeights(string text, float[] list) => (_text, _list) = (text, list);

    /// <summary>The weights that the paper found best for five scales.</summary>
    static ReadOnlySpan<float> PaperPrior => [0.18f, 0.15f, 0.37f, 0.4f, 0.72f];

    /// <summary>Weights from a word, <c>equal</c>, <c>rule</c> or <c>prior</c>, or from one number a scale separated by commas.</summary>
    /// <param name="text">The word or the list; a decimal point in any culture.</param>
    /// <exception cref="FormatException">The text is neither, or the list has an unusable weight.</exception>
    public static ScaleWeights Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Trim().ToLowerInvariant() switch
        {
            "equal" => Equal,
            "rule" => Rule,
            "prior" => Prior,
            _ => ParseList(text),
        };
    }

    /// <summary><see cref="Parse"/>, and then <see cref="For"/>.</summary>
    /// <exception cref="FormatException">The text is neither a word nor a list, or the list has a wrong count or an unusable weight.</exception>
    public static float[] Resolve(string text, int scales) => Parse(text).For(scales);

    /// <summary>The weights of a network.</summary>
    /// <param name="scales">How many scales it has, at least 1.</param>
    /// <returns>One weight a scale, finite, none negative, at least one positive. Not normalised.</returns>
    /// <exception cref="FormatException">It is a list of another number of weights.</exception>
    public float[] For(int scales)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scales);
        if (_list.Length > 0)
            return Fault(_list, scales) is { } fault ? throw Unusable(_text, fault, scales) : [.. _list];
        var weights = new float[scales];
        for (var i = 0; i < scales; i++)
            weights[i] = this == Equal ? 1 : this == Rule ? i + 1 : PriorAt(scales == 1 ? 1 : i / (double)(scales - 1));
        return weights;
    }

    /// <inheritdoc/>
    public bool Equals(ScaleWeights? other) => other is not null && _text == other._text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ScaleWeights);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <summary>The word or the list.</summary>
    public override string ToString() => _text;

    /// <summary>What is wrong with the weights for that many scales, as the end of a sentence; null when nothing is.</summary>
    internal static string? Fault(ReadOnlySpan<float> weights, int scales)
    {
        if (weights.Length != scales)
            return $"there are {weights.Length} for {scales} scales";
        var positive = false;
        foreach (var weight in weights)
        {
            if (!float.IsFinite(weight))
                return "one of them is not a finite number";
            if (weight < 0)
                return "one of them is negative";
            positive |= weight > 0;
        }
        return positive ? null : "all of them are 0";
    }

    static float PriorAt(double depth)
    {
        var position = depth * (PaperPrior.Length - 1);
        var before = (int)position;
        var after = Math.Min(before + 1, PaperPrior.Length - 1);
        return (float)(PaperPrior[before] + (PaperPrior[after] - PaperPrior[before]) * (position - before));
    }

    static ScaleWeights ParseList(string text)
    {
        var parts = text.Split(',');
        var list = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out list[i]))
            {
                throw new FormatException(
                    $"The weights \"{text}\" cannot be used: \"{parts[i].Trim()}\" is not a number; give equal, rule, prior or one number a scale, "
                    + "separated by commas.");
            }
        }
        return Fault(list, list.Length) is { } fault ? throw Unusable(text, fault) : new ScaleWeights(text, list);
    }

    static FormatException Unusable(string text, string fault, int? scales = null) => new(
        $"The weights \"{text}\" cannot be used: {fault}; give {scales?.ToString(CultureInfo.InvariantCulture) ?? "as many"} numbers"
        + $"{(scales is null ? " as there are scales" : "")}, none negative, at least one above 0.");
}
