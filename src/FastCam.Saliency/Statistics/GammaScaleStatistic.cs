using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>The scale theta = mean / k of the gamma distribution that fits each pixel's x' best (Equations 11 to 13 of the paper).</summary>
sealed class GammaScaleStatistic(float epsilon) : SumsStatistic<GammaScaleStatistic.Terms>(epsilon)
{
    public override string Name => "gamma-scale";

    protected override double Finish(double sum, double distances, double origin, int channels)
    {
        var mean = sum / channels;
        return mean / GammaShape.Estimate(Math.Log(mean) - origin - distances / channels);
    }

    public readonly struct Terms : ITerms
    {
        public static float Smallest => 0;

        public static Vector<double> Origin(Vector<double> x) => Vector.Log(x);

        public static (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin) => (x, Vector.Log(x) - origin);
    }
}

/// <summary>The maximum-likelihood estimate of a gamma distribution's shape k (Equations 12 and 13 of the paper).</summary>
static class GammaShape
{
    const int NewtonSteps = 10;

    /// <summary>Below this, s is rounding: all values are equal.</summary>
    const double SmallestSpread = 1e-12;

    /// <summary>From here on the asymptotic series are exact to float64.</summary>
    const int Asymptotic = 10;

    /// <summary>The k that solves ln k − psi(k) = s.</summary>
    /// <param name="s">ln(mean) − mean(ln) of the values.</param>
    public static double Estimate(double s)
    {
        s = Math.Max(s, SmallestSpread);
        var k = (3 - s + Math.Sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);
        for (var step = 0; step < NewtonSteps; step++)
        {
            var (value, slope) = LogMinusDigamma(k);
            var next = k - (value - s) / slope;
            if (Math.Abs(next - k) <= 1e-15 * k)
                return next;
            k = next;
        }

        return k;
    }

    /// <summary>ln k − psi(k) and its derivative 1/k − psi'(k), without the difference of nearly equal numbers at large k.</summary>
    static (double Value, double Slope) LogMinusDigamma(double k)
    {
        var (value, slope) = (0.0, 0.0);
        if (k < Asymptotic)
        {
            var shifted = k + Asymptotic;
            (value, slope) = (Math.Log(k / shifted), 1 / k - 1 / shifted);
            for (var i = 0; i < Asymptotic; i++)
            {
                var reciprocal = 1 / (k + i);
                value += reciprocal;
                slope -= reciprocal * reciprocal;
            }

            k = shifted;
        }

        var x = 1 / k;
        var xx = x * x;
        value += x * (1.0 / 2 + x * (1.0 / 12 - xx * (1.0 / 120 - xx * (1.0 / 252 - xx * (1.0 / 240 - xx / 132)))));
        slope -= xx * (1.0 / 2 + x * (1.0 / 6 - xx * (1.0 / 30 - xx * (1.0 / 42 - xx * (1.0 / 30 - xx * 5 / 66)))));
        return (value, slope);
    }
}
