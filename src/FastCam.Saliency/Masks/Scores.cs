namespace FastCam.Saliency.Masks;

/// <summary>
/// The paper's scores of a saliency map (Equations 8 and 9), from the accuracies, 0 to 1, that a network reaches when the most
/// salient pixels alone are kept (KAR), when they are removed (ROAR), and when as many random ones are. A score is the sum over
/// the cases given, which in the paper are the five scales; 0 is as good as random.
/// </summary>
public static class Scores
{
    /// <summary>Equation 8, the difference score: sum(z − rho) over the removed + sum(kappa − z) over the kept.</summary>
    /// <param name="removed">rho: the accuracy with the most salient pixels removed.</param>
    /// <param name="randomRemoved">z: the accuracy with random pixels removed, case by case.</param>
    /// <param name="kept">kappa: the accuracy with the most salient pixels alone.</param>
    /// <param name="randomKept">z: the accuracy with random pixels alone, case by case.</param>
    /// <exception cref="ArgumentException">The numbers of cases differ, or an accuracy is not in 0..1.</exception>
    public static double Difference(
        ReadOnlySpan<double> removed, ReadOnlySpan<double> randomRemoved, ReadOnlySpan<double> kept, ReadOnlySpan<double> randomKept)
    {
        Check(removed, randomRemoved, nameof(removed));
        Check(kept, randomKept, nameof(kept));
        double score = 0;
        for (var i = 0; i < removed.Length; i++)
            score += randomRemoved[i] - removed[i];
        for (var i = 0; i < kept.Length; i++)
            score += kept[i] - randomKept[i];
        return score;
    }

    /// <summary>
    /// Equation 9, the information score, in nats: −sum(rho · ln(rho / z)) over the removed − sum(z · ln(z / kappa)) over the kept.
    /// log2 is printed, but all 27 values of the paper's Table 1 follow from its Table 4 with the natural logarithm alone.
    /// </summary>
    /// <param name="removed">rho: the accuracy with the most salient pixels removed.</param>
    /// <param name="randomRemoved">z: the accuracy with random pixels removed, case by case.</param>
    /// <param name="kept">kappa: the accuracy with the most salient pixels alone.</param>
    /// <param name="randomKept">z: the accuracy with random pixels alone, case by case.</param>
    /// <returns>0 · ln 0 counts as 0; an infinity where an accuracy of 0 stands below one that is not.</returns>
    /// <exception cref="ArgumentException">The numbers of cases differ, or an accuracy is not in 0..1.</exception>
    public static double Information(
        ReadOnlySpan<double> removed, ReadOnlySpan<double> randomRemoved, ReadOnlySpan<double> kept, ReadOnlySpan<double> randomKept)
    {
        Check(removed, randomRemoved, nameof(removed));
        Check(kept, randomKept, nameof(kept));
        double score = 0;
        for (var i = 0; i < removed.Length; i++)
            score -= Relative(removed[i], randomRemoved[i]);
        for (var i = 0; i < kept.Length; i++)
            score -= Relative(randomKept[i], kept[i]);
        return score;
    }

    static double Relative(double p, double q) => p == 0 ? 0 : p * Math.Log(p / q);

    static void Check(ReadOnlySpan<double> method, ReadOnlySpan<double> random, string parameter)
    {
        if (method.Length != random.Length)
            throw new ArgumentException($"There are {method.Length} accuracies and {random.Length} of random masks; each case takes one of both.", parameter);
        CheckRange(method, parameter);
        CheckRange(random, parameter);
    }

    static void CheckRange(ReadOnlySpan<double> accuracies, string parameter)
    {
        foreach (var accuracy in accuracies)
        {
            if (!(accuracy is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(parameter, accuracy, "An accuracy lies between 0 and 1.");
        }
    }
}
