namespace FastCam.Saliency;

/// <summary>The arithmetic of <see cref="GaussNormalisation"/> on one SIMD width, for maps of any size.</summary>
static class GaussKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>The mean and the unbiased standard deviation of at least two pixels.</summary>
    public static GaussMoments Moments(ReadOnlySpan<float> map)
    {
        // About a value of the map itself: exactly zero for a constant map, and no digits lost for a nearly constant one.
        var origin = GaussNormalisation.Finite(map[0]);
        double sum = 0, squares = 0;
        var i = 0;
        for (; i + 4 * T.Count <= map.Length; i += 4 * T.Count)
        {
            var (offsets, offsetsSquared) = T.SumOffsets(
                T.Finite(T.Load(in map[i])), T.Finite(T.Load(in map[i + T.Count])), T.Finite(T.Load(in map[i + 2 * T.Count])), T.Finite(T.Load(in map[i + 3 * T.Count])), origin);
            sum += offsets;
            squares += offsetsSquared;
        }

        var none = T.Create(origin);
        for (; i < map.Length; i += T.Count)
        {
            var (offsets, offsetsSquared) = T.SumOffsets(T.Finite(MapLanes<T>.Load(map, i, origin)), none, none, none, origin);
            sum += offsets;
            squares += offsetsSquared;
        }

        var mean = sum / map.Length;
        var variance = (squares - sum * mean) / (map.Length - 1);
        return new GaussMoments(origin + mean, Math.Sqrt(Math.Max(variance, 0)));
    }

    /// <summary>Phi of the z-scores; sigma is above 0, and both maps may be the same.</summary>
    public static void Apply(ReadOnlySpan<float> map, Span<float> normalised, GaussMoments moments)
    {
        for (var i = 0; i < map.Length; i += T.Count)
        {
            var z = T.Standardise(T.Finite(MapLanes<T>.Load(map, i, 0)), moments.Mean, 1 / moments.Sigma);
            MapLanes<T>.Store(NormalDistribution(z), normalised, i);
        }
    }

    /// <summary>Abramowitz and Stegun 26.2.17, |error| below 7.5e-8.</summary>
    static T NormalDistribution(T z)
    {
        var one = T.Create(1);
        var t = one / T.MultiplyAdd(T.Abs(z), T.Create(0.2316419f), one);
        var polynomial = T.MultiplyAdd(t, T.Create(1.330274429f), T.Create(-1.821255978f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(1.781477937f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(-0.356563782f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(0.319381530f));
        var density = T.Exp(z * z * T.Create(-0.5f)) * T.Create(0.39894228f);
        // Rounding must not lift the lower half above the upper one: pixels would change places around the mean.
        var tail = T.Min(density * polynomial * t, T.Create(0.5f));
        return T.WherePositive(z, one - tail, tail);
    }
}
