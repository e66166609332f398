using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>A property of the log-normal distribution of each pixel's channels: m and the biased variance s² of ln x'.</summary>
abstract class LogNormalStatistic(float epsilon) : SumsStatistic<LogNormalStatistic.Terms>(epsilon)
{
    protected sealed override double Finish(double distances, double squares, double origin, int channels)
    {
        var distance = distances / channels;
        return Of(origin + distance, Math.Max(0, squares / channels - distance * distance));
    }

    protected abstract double Of(double mean, double variance);

    public readonly struct Terms : ITerms
    {
        public static float Smallest => 0;

        public static Vector<double> Origin(Vector<double> x) => Vector.Log(x);

        public static (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin)
        {
            var distance = Vector.Log(x) - origin;
            return (distance, distance * distance);
        }
    }
}

/// <summary>exp(m + s² / 2).</summary>
sealed class LogNormalMean(float epsilon) : LogNormalStatistic(epsilon)
{
    public override string Name => "lognormal-mean";

    protected override double Of(double mean, double variance) => Math.Exp(mean + variance / 2);
}

/// <summary>m + ½ · ln(2 · pi · e · s²), in nats.</summary>
sealed class LogNormalEntropy(float epsilon) : LogNormalStatistic(epsilon)
{
    public override string Name => "lognormal-entropy";

    protected override double Of(double mean, double variance) => mean + NormalEntropy.FromVariance(variance);
}

/// <summary>The differential entropy of a normal distribution.</summary>
static class NormalEntropy
{
    /// <summary>The variance that equal channels are given: an entropy of −344 nats instead of −infinity.</summary>
    public const double SmallestVariance = 1e-300;

    /// <summary>½ · ln(2 · pi · e · variance), in nats.</summary>
    public static double FromVariance(double variance) => 0.5 * (Math.Log(2 * Math.PI * Math.E) + Math.Log(Math.Max(variance, SmallestVariance)));
}
