using System.Numerics;
using MathNet.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// A property of the normal distribution (m, s) of each pixel's channels before their activation, truncated at 0; s is unbiased,
/// and 0 for one channel.
/// </summary>
abstract class TruncatedNormalStatistic() : SumsStatistic<TruncatedNormalStatistic.Terms>(epsilon: 0)
{
    /// <summary>It adds none, whatever the sums are told.</summary>
    public sealed override float Epsilon => SmoeScale.DefaultEpsilon;

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

        public static (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin)
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

/// <summary>
/// A normal distribution of which only what lies above 0 is left. With alpha = −m / s and Z = 1 − Phi(alpha), everything
/// follows from the hazard phi(alpha) / Z and its excess over alpha, which stay finite where Z itself is too small for a number.
/// </summary>
readonly struct TruncatedNormal
{
    /// <summary>Above this alpha the continued fraction, below it the complementary error function is the better one.</summary>
    const double FarOut = 4;

    /// <summary>At <see cref="FarOut"/>, enough for float64; fewer would do further out.</summary>
    const int Terms = 60;

    readonly double _alpha;
    readonly double _sigma;

    /// <summary>phi(alpha) / Z − alpha, above 0.</summary>
    readonly double _excess;

    /// <summary>1 − hazard · excess: how much of the variance is left.</summary>
    readonly double _remainder;

    /// <summary>ln Z + alpha · hazard / 2, the changes of the entropy that cancel each other far out.</summary>
    readonly double _entropyChange;

    public TruncatedNormal(double mean, double variance)
    {
        _sigma = Math.Sqrt(variance);
        _alpha = -mean / _sigma;
        if (_alpha <= FarOut)
        {
            var z = 0.5 * SpecialFunctions.Erfc(_alpha / Math.Sqrt(2));
            var hazard = Math.Exp(-0.5 * _alpha * _alpha) / (Math.Sqrt(2 * Math.PI) * z);
            _excess = hazard - _alpha;
            _remainder = 1 - hazard * _excess;
            _entropyChange = Math.Log(z) + 0.5 * _alpha * hazard;
        }
        else
        {
            // Laplace: Z / phi(alpha) = 1/(alpha + 1/(alpha + 2/(alpha + 3/(alpha + …)))).
            var next = 0.0;
            for (var i = Terms; i >= 2; i--)
                next = i / (_alpha + next);
            _excess = 1 / (_alpha + next);
            _remainder = _excess * (next - _excess);
            _entropyChange = 0.5 * (_alpha * _excess - Math.Log(2 * Math.PI)) - Math.Log(_alpha + _excess);
        }
    }

    public double Mean => _sigma * _excess;

    public double Deviation => _sigma * Math.Sqrt(Math.Max(0, _remainder));

    public double Entropy => NormalEntropy.FromVariance(_sigma * _sigma) + _entropyChange;
}
