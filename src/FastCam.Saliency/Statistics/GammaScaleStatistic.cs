using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>The scale theta = mean / k of the gamma distribution that fits each pixel's x' best (Equations 11 to 13 of the paper).</summary>
sealed class GammaScaleStatistic(float epsilon) : SumsStatistic<GammaScaleStatistic.Terms>(epsilon)
{
    public override string Name => "gamma-scale";

    protected override double Finish(double sum, double distances, double origin, int channels)
    {
        var mean = sum / channels;
        return mean / GammaShape.Of(Math.Log(mean) - origin - distances / channels);
    }

    public readonly struct Terms : ITerms
    {
        public static float Smallest => 0;

        public static Vector<double> Origin(Vector<double> x) => Vector.Log(x);

        public static (Vector<double> A, Vector<double> B) Of(Vector<double> x, Vector<double> origin) => (x, Vector.Log(x) - origin);
    }
}
