using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// A property of the normal distribution (m, s) of each pixel's channels before their activation, truncated at 0; s is unbiased,
/// and 0 for one channel.
/// </summary>
abstract class TruncatedNormalStatistic() : SumsStatistic<TruncatedNormalStatistic.Terms>(epsilon: 0)
{
    public sealed override bool TakesBeforeActivation => true;

    protected sealed override double Finish(double distances, double squares, double origin, int channels)
    {
        var distance = distances / channels;
        var variance = channels == 1 ? 0 : (squares - distances * distance) / (channels - 1);
        return Of(new TruncatedNormal(origin + distance, Math.Max(variance, NormalEntropy.SmallestVariance)));
    }

    protected abstract double Of(in TruncatedNormal distribution);

    public readonly struct Terms : ITerms
    {
        public static float Smallest => float.MinValue;

        public static Vector<double> Origin(Vector<double> x) => x;

        public static (Vector<double> A, Vector<double> B) Of(Vector<double> x, Vector<double> origin)
        {
            var distance = x - origin;
            return (distance, distance * distance);
        }
    }
}

/// <summary>The truncated distribution's mean.</summary>
sealed class TruncatedNormalMean : TruncatedNormalStatistic
{
    public override string Name => "truncnormal-mean";

    protected override double Of(in TruncatedNormal distribution) => distribution.Mean;
}

/// <summary>The truncated distribution's standard deviation.</summary>
sealed class TruncatedNormalDeviation : TruncatedNormalStatistic
{
    public override string Name => "truncnormal-std";

    protected override double Of(in TruncatedNormal distribution) => distribution.Deviation;
}

/// <summary>The truncated distribution's differential entropy in nats.</summary>
sealed class TruncatedNormalEntropy : TruncatedNormalStatistic
{
    public override string Name => "truncnormal-entropy";

    protected override double Of(in TruncatedNormal distribution) => distribution.Entropy;
}
