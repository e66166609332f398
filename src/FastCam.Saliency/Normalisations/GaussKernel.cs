using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>The arithmetic of <see cref="GaussNormalisation"/> on one SIMD width, for maps of any size.</summary>
static class GaussKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>As many sigmas away Phi is 0 or 1 to within 2e-19.</summary>
    const float Reach = 9;

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
        var (mean, scale) = (moments.Mean, 1 / moments.Sigma);
        var whole = map.Length - map.Length % T.Count;
        for (var i = 0; i < whole; i += T.Count)
        {
            ref var target = ref normalised[i];
            Prefetch.NextPage(ref target, T.Count);
            T.Store(NormalDistribution(T.Standardise(T.Finite(T.Load(in map[i])), mean, scale)), ref target);
        }
        if (whole < map.Length)
            MapLanes<T>.Store(NormalDistribution(T.Standardise(T.Finite(MapLanes<T>.Load(map, whole, 0)), mean, scale)), normalised, whole);
    }

    /// <summary>Abramowitz and Stegun 26.2.17, |error| below 7.5e-8; rounding makes it 3e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T NormalDistribution(T z)
    {
        var one = T.Create(1);
        var magnitude = T.Min(T.Max(z, T.Create(0) - z), T.Create(Reach));
        var t = one / T.MultiplyAdd(magnitude, T.Create(0.2316419f), one);
        var polynomial = T.MultiplyAdd(t, T.Create(1.330274429f), T.Create(-1.821255978f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(1.781477937f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(-0.356563782f));
        polynomial = T.MultiplyAdd(polynomial, t, T.Create(0.319381530f));
        var density = PowerOfTwo(magnitude * magnitude * T.Create(-0.72134752f)) * T.Create(0.39894228f);
        // Rounding must not lift the lower half above the upper one: pixels would change places around the mean.
        var tail = T.Min(density * polynomial * t, T.Create(0.5f));
        return T.WherePositive(z, one - tail, tail);
    }

    /// <summary>2 to the power of numbers between −126 and 0: of their nearest whole number, times the series of what is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T PowerOfTwo(T x)
    {
        var round = T.Create(1.5f * (1 << 23));
        var whole = x + round - round;
        var rest = x - whole;
        var series = T.MultiplyAdd(rest, T.Create(1.5252734e-5f), T.Create(1.5403530e-4f));
        series = T.MultiplyAdd(series, rest, T.Create(1.3333558e-3f));
        series = T.MultiplyAdd(series, rest, T.Create(9.6181291e-3f));
        series = T.MultiplyAdd(series, rest, T.Create(5.5504109e-2f));
        series = T.MultiplyAdd(series, rest, T.Create(0.24022651f));
        series = T.MultiplyAdd(series, rest, T.Create(0.69314718f));
        series = T.MultiplyAdd(series, rest, T.Create(1));
        return series * T.Scale(whole);
    }
}
