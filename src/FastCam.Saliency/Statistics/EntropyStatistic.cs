using System.Numerics;

namespace FastCam.Saliency.Statistics;

/// <summary>Shannon's entropy −sum p · log2 p in bits, of p = x' / sum x'.</summary>
sealed class ShannonStatistic(float epsilon) : SumsStatistic<ShannonStatistic.Terms>(epsilon)
{
    public override string Name => "shannon";

    protected override double Finish(double sum, double sumOfLogarithms, double origin, int channels) =>
        sum == 0 ? 0 : Math.Max(0, Math.Log2(sum) - sumOfLogarithms / sum);

    public readonly struct Terms : ITerms
    {
        public static float Smallest => 0;

        public static Vector<double> Origin(Vector<double> x) => default;

        /// <summary>0 · log 0 counts as 0.</summary>
        public static (Vector<double> A, Vector<double> B) Compute(Vector<double> x, Vector<double> origin) =>
            (x, Vector.ConditionalSelect(Vector.Equals(x, Vector<double>.Zero), Vector<double>.Zero, x * Vector.Log2(x)));
    }
}

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
