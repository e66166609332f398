using System.Globalization;

namespace FastCam.Saliency.Combination;

/// <summary>The weights of the scales in Equation 3, from the shallowest to the deepest.</summary>
public static class ScaleWeights
{
    /// <summary>The weights that the paper found best for five scales.</summary>
    static ReadOnlySpan<float> PaperPrior => [0.18f, 0.15f, 0.37f, 0.4f, 0.72f];

    /// <summary>
    /// Weights from a word or a list: <c>equal</c> (all 1), <c>rule</c> (1, 2, … n), <c>prior</c> (the paper's 0.18, 0.15, 0.37,
    /// 0.4, 0.72 for five scales; for another number interpolated linearly over the relative depth, the first scale at 0 and the
    /// last at 1), or one number a scale separated by commas.
    /// </summary>
    /// <param name="text">The word or the list; a decimal point in any culture.</param>
    /// <param name="scales">How many scales there are, at least 1.</param>
    /// <returns>One weight a scale, finite, none negative, at least one positive. Not normalised.</returns>
    /// <exception cref="FormatException">The text is neither, or the list has a wrong count or an unusable weight.</exception>
    public static float[] Resolve(string text, int scales)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scales);
        var weights = new float[scales];
        switch (text.Trim().ToLowerInvariant())
        {
            case "equal":
                Array.Fill(weights, 1);
                return weights;
            case "rule":
                for (var i = 0; i < scales; i++)
                    weights[i] = i + 1;
                return weights;
            case "prior":
                for (var i = 0; i < scales; i++)
                    weights[i] = Prior(scales == 1 ? 1 : i / (double)(scales - 1));
                return weights;
            default:
                return List(text, weights);
        }
    }

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

    static float Prior(double depth)
    {
        var position = depth * (PaperPrior.Length - 1);
        var before = (int)position;
        var after = Math.Min(before + 1, PaperPrior.Length - 1);
        return (float)(PaperPrior[before] + (PaperPrior[after] - PaperPrior[before]) * (position - before));
    }

    static float[] List(string text, float[] weights)
    {
        var parts = text.Split(',');
        var list = new float[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out list[i]))
            {
                throw new FormatException(
                    $"The weights \"{text}\" cannot be used: \"{parts[i].Trim()}\" is not a number; give equal, rule, prior or {weights.Length} numbers "
                    + "separated by commas.");
            }
        }

        if (Fault(list, weights.Length) is { } fault)
            throw new FormatException($"The weights \"{text}\" cannot be used: {fault}; give {weights.Length} numbers, none negative, at least one above 0.");
        return list;
    }
}
