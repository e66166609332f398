namespace FastCam.Lab.Bench;

/// <summary>An estimate of how much longer one thing takes than another: the ratio of the medians, with its bootstrap interval of 95 %.</summary>
/// <param name="BaselineMs">The baseline's median, in milliseconds.</param>
/// <param name="Ms">The subject's median, in milliseconds.</param>
/// <param name="Ratio">The subject's median over the baseline's.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="Pairs">The measurements of each, taken in turn.</param>
sealed record RatioEstimate(double BaselineMs, double Ms, double Ratio, double Low, double High, int Pairs)
{
    const int Resamples = 2000;
    const int Seed = 1;
    const double Tail = 0.025;

    /// <summary>
    /// Estimates the ratio of two medians. Whole pairs are resampled, so that what slows both down moves neither end of the interval; where the pairs
    /// come from several set-ups, these are resampled first, and the pairs within each.
    /// </summary>
    /// <param name="baseline">The baseline's times in milliseconds.</param>
    /// <param name="subject">As many of the subject, each taken beside the baseline's of the same place.</param>
    /// <param name="setUps">The number of set-ups that the pairs come from, about equally many from each, one after another.</param>
    /// <exception cref="ArgumentException">There are no pairs, not as many of one as of the other, or fewer pairs than set-ups.</exception>
    public static RatioEstimate FromPairs(ReadOnlySpan<double> baseline, ReadOnlySpan<double> subject, int setUps = 1)
    {
        if (baseline.IsEmpty || baseline.Length != subject.Length)
            throw new ArgumentException($"{baseline.Length} and {subject.Length} measurements are no pairs.", nameof(subject));
        if (setUps < 1 || setUps > baseline.Length)
            throw new ArgumentException($"{baseline.Length} pairs do not come from {setUps} set-ups.", nameof(setUps));
        var pairs = baseline.Length;
        var random = new Random(Seed);
        var (some, others) = (new double[pairs], new double[pairs]);
        var ratios = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            for (var setUp = 0; setUp < setUps; setUp++)
            {
                var drawn = random.Next(setUps);
                for (var i = First(setUp); i < First(setUp + 1); i++)
                {
                    var pair = random.Next(First(drawn), First(drawn + 1));
                    (some[i], others[i]) = (baseline[pair], subject[pair]);
                }
            }
            ratios[resample] = SortedMedian(others) / SortedMedian(some);
        }
        Array.Sort(ratios);
        var (before, after) = (Median(baseline), Median(subject));
        return new RatioEstimate(before, after, after / before, Quantile(ratios, Tail), Quantile(ratios, 1 - Tail), pairs);

        int First(int setUp) => (int)((long)pairs * setUp / setUps);
    }

    /// <summary>Returns the middle value, or the mean of the two in the middle.</summary>
    public static double Median(ReadOnlySpan<double> values) => SortedMedian(values.ToArray());

    static double SortedMedian(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    static double Quantile(double[] sorted, double q) => sorted[(int)Math.Round(q * (sorted.Length - 1))];
}
