using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>Rényi's entropy of order 2, −log2 sum p² in bits, of p = x' / sum x'.</summary>
sealed class RenyiStatistic(float epsilon) : SumsStatistic<RenyiStatistic.Terms>(epsilon)
{
    public override string Name => "renyi";

    protected override double Finish(double sum, double squares, double origin, int channels) =>
        sum == 0 ? 0 : Math.Max(0, 2 * Math.Log2(sum) - Math.Log2(squares));

    public readonly struct Terms : ITerms
    {
        public static float Smallest => 0;

        public static Vector<double> Origin(Vector<double> x) => default;

        public static (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin) => (x, x * x);
    }
}
