using System.Runtime.CompilerServices;

namespace FastCam.Saliency;

/// <summary>The arithmetic of <see cref="GaussNormalisation"/> on one SIMD width, for maps of any size.</summary>
static class GaussKernel<T> where T : unmanaged, ILanes<T>
{
    const float Reach = 5.4f;

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

    /// <summary>
    /// Phi(z) − ½ is odd: z · P(z²) / Q(z²), fitted to within 1.6e-8 where |z| ≤ <see cref="Reach"/>; rounding makes it 2e-7. Beyond, it stays
    /// what it is there: 0 or 1 to within 1.2e-7.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T NormalDistribution(T z)
    {
        z = T.Max(T.Min(z, T.Create(Reach)), T.Create(-Reach));
        var u = z * z;
        var p = T.MultiplyAdd(u, T.Create(1.1610193e-10f), T.Create(-2.2256971e-8f));
        p = T.MultiplyAdd(p, u, T.Create(3.1334714e-6f));
        p = T.MultiplyAdd(p, u, T.Create(1.5896313e-4f));
        p = T.MultiplyAdd(p, u, T.Create(4.4350661e-3f));
        p = T.MultiplyAdd(p, u, T.Create(3.4785591e-2f));
        p = T.MultiplyAdd(p, u, T.Create(0.39894217f));
        var q = T.MultiplyAdd(u, T.Create(5.8677881e-5f), T.Create(1.7636220e-3f));
        q = T.MultiplyAdd(q, u, T.Create(2.8430285e-2f));
        q = T.MultiplyAdd(q, u, T.Create(0.25385949f));
        q = T.MultiplyAdd(q, u, T.Create(1));
        return T.Max(T.Min(z * p / q + T.Create(0.5f), T.Create(1)), T.Create(0));
    }
}
