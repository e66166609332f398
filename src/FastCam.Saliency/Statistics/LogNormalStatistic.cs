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

        public static (Vector<double> A, Vector<double> B) Of(Vector<double> x, Vector<double> origin)
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

    protected override double Of(double mean, double variance) => mean + NormalEntropy.Of(variance);
}
