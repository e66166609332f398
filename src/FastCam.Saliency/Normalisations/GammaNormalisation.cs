using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;
using MathNet.Numerics;

namespace FastCam.Saliency.Normalisations;

/// <summary>
/// The paper's other normalisation: the exact distribution function P(k, x / theta) of the gamma distribution that fits the
/// map's pixels above their minimum.
/// </summary>
sealed class GammaNormalisation : Normalisation
{
    /// <summary>
    /// Added to the pixels above their minimum, and once more for the fit: as the authors' code does, whose fit guards its
    /// logarithms itself.
    /// </summary>
    const double Offset = 1e-7;

    const double SmallestShape = 1e-7;

    const double LargestShape = 18;

    const double Smallest = 1e-12;

    public override string Name => "gamma";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        var (min, max) = MapRange.Find(map);
        if (!(max > min))
        {
            normalised.Fill(0.5f);
            return;
        }

        var (shape, oneOverScale) = Fit(map, min);
        var leadingFactor = -SpecialFunctions.GammaLn(shape + 1);
        for (var i = 0; i < map.Length; i++)
        {
            var x = (FiniteFloat.From(map[i]) - (double)min + Offset) * oneOverScale;
            // MathNet takes the smallest x for 0; there the series' first term, x^k / Gamma(k + 1), is all of it.
            normalised[i] = (float)(x < Smallest ? Math.Exp(shape * Math.Log(x) + leadingFactor) : SpecialFunctions.GammaLowerRegularized(shape, x));
        }
    }

    static (double Shape, double OneOverScale) Fit(ReadOnlySpan<float> map, double min)
    {
        double sum = 0, logarithms = 0;
        foreach (var value in map)
        {
            var x = FiniteFloat.From(value) - min + 2 * Offset;
            sum += x;
            logarithms += Math.Log(x);
        }

        var mean = sum / map.Length;
        var shape = Math.Clamp(GammaShape.Estimate(Math.Log(mean) - logarithms / map.Length), SmallestShape, LargestShape);
        return (shape, shape / mean);
    }
}
