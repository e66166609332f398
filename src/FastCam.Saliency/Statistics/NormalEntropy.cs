namespace FastCam.Saliency.Statistics;

/// <summary>The differential entropy of a normal distribution.</summary>
static class NormalEntropy
{
    /// <summary>The variance that equal channels are given: an entropy of −344 nats instead of −infinity.</summary>
    public const double SmallestVariance = 1e-300;

    /// <summary>½ · ln(2 · pi · e · variance), in nats.</summary>
    public static double Of(double variance) => 0.5 * (Math.Log(2 * Math.PI * Math.E) + Math.Log(Math.Max(variance, SmallestVariance)));
}
