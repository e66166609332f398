using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Normalisations;

/// <summary>
/// The paper's normalisation of one map to 0..1: the normal distribution function of its z-scores, Phi((s − mean) / sigma),
/// with the mean and the unbiased standard deviation of that map alone.
/// </summary>
public static class GaussNormalisation
{
    /// <summary>Normalises a map of any size, to within 1e-6 of the exact value.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="normalised">As many values, 0..1: 0.5 everywhere where all pixels are equal or there is only one. May be
    /// <paramref name="map"/> itself.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Apply(ReadOnlySpan<float> map, Span<float> normalised) => Apply(map, normalised, Moments(map));

    /// <summary>Normalises a map by moments that are not its own: of other frames, or of the whole that it is a part of.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="normalised">As many values, 0..1: 0.5 everywhere where sigma is 0. May be <paramref name="map"/> itself.</param>
    /// <param name="moments">The mean and the standard deviation, both finite, sigma at least 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a moment is out of its range.</exception>
    public static void Apply(ReadOnlySpan<float> map, Span<float> normalised, GaussMoments moments)
    {
        if (map.Length != normalised.Length)
            throw new ArgumentException($"A map of {map.Length} pixels does not fit one of {normalised.Length}.", nameof(normalised));
        if (!double.IsFinite(moments.Mean) || !(moments.Sigma is >= 0 and <= double.MaxValue))
            throw new ArgumentException($"{moments} are no moments to normalise by.", nameof(moments));
        if (moments.Sigma == 0)
        {
            normalised.Fill(0.5f);
            return;
        }

        VectorWidth.Run(new ApplyCall(map, normalised, moments));
    }

    /// <summary>The mean and the unbiased standard deviation of a map; sigma is exactly 0 where all pixels are equal or there is at most one.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    public static GaussMoments Moments(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty)
            return default;
        if (map.Length == 1)
            return new GaussMoments(FiniteFloat.From(map[0]), 0);
        GaussMoments moments = default;
        VectorWidth.Run(new MomentsCall(map, ref moments));
        return moments;
    }

    readonly ref struct ApplyCall(ReadOnlySpan<float> map, Span<float> normalised, GaussMoments moments) : ILaneCall
    {
        readonly ReadOnlySpan<float> _map = map;
        readonly Span<float> _normalised = normalised;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => GaussKernel<T>.Apply(_map, _normalised, moments);
    }

    readonly ref struct MomentsCall(ReadOnlySpan<float> map, ref GaussMoments moments) : ILaneCall
    {
        readonly ReadOnlySpan<float> _map = map;
        readonly ref GaussMoments _moments = ref moments;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => _moments = GaussKernel<T>.Moments(_map);
    }
}

/// <summary>Each map by its own moments.</summary>
sealed class OwnGauss : Normalisation
{
    public override string Name => "gauss";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time) =>
        GaussNormalisation.Apply(map, normalised);
}

/// <summary>Each layer by moments measured beforehand.</summary>
sealed class FixedGauss : Normalisation
{
    readonly GaussMoments[] _moments;

    public FixedGauss(int layers, IReadOnlyList<GaussMoments>? moments)
    {
        if (moments is null)
            throw new ArgumentException("The normalisation \"gauss-fixed\" needs a mean and a sigma for each layer; \"fastcam calibrate\" measures them.");
        if (moments.Count != layers)
            throw new ArgumentException($"The normalisation \"gauss-fixed\" was given a mean and a sigma for {moments.Count} layers; there are {layers}.");
        foreach (var pair in moments)
        {
            if (!double.IsFinite(pair.Mean) || !(pair.Sigma is > 0 and <= double.MaxValue))
            {
                throw new ArgumentException(
                    $"The normalisation \"gauss-fixed\" cannot use the mean {pair.Mean} and the sigma {pair.Sigma}: both must be finite, and sigma above 0.");
            }
        }

        _moments = [.. moments];
    }

    public override string Name => "gauss-fixed";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time) =>
        GaussNormalisation.Apply(map, normalised, _moments[layer]);
}

/// <summary>
/// Each layer by exponential averages over time of its maps' means and sigmas. They begin with the first map that has
/// differences, for a dark first frame has no sigma to start from, and anew where time runs backwards, as in a file that starts
/// again.
/// </summary>
sealed class RunningGauss(int layers, TimeSpan halfLife) : Normalisation
{
    readonly HalfLife _halfLife = new(halfLife);
    readonly (GaussMoments Moments, TimeSpan Time)[] _averages = new (GaussMoments, TimeSpan)[layers];

    public override string Name => "gauss-running";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        ref var average = ref _averages[layer];
        var newest = GaussNormalisation.Moments(map);
        average = (average.Moments.Sigma == 0 || time < average.Time ? newest : Between(average.Moments, newest, _halfLife.Share(time - average.Time)), time);
        GaussNormalisation.Apply(map, normalised, average.Moments);
    }

    public override void Restart() => Array.Clear(_averages);

    static GaussMoments Between(GaussMoments from, GaussMoments to, double share) =>
        new(from.Mean + share * (to.Mean - from.Mean), from.Sigma + share * (to.Sigma - from.Sigma));
}

/// <summary>What the Gauss normalisation of one layer's map needs: the mean and the standard deviation of its pixels.</summary>
/// <param name="Mean">Their mean, in the statistic's unit.</param>
/// <param name="Sigma">Their standard deviation, at least 0.</param>
public readonly record struct GaussMoments(double Mean, double Sigma);

/// <summary>The arithmetic of <see cref="GaussNormalisation"/> on one SIMD width, for maps of any size.</summary>
static class GaussKernel<T> where T : unmanaged, ILanes<T>
{
    /// <summary>As many sigmas away Phi is 0 or 1 to within 2e-19.</summary>
    const float Reach = 9;

    /// <summary>The mean and the unbiased standard deviation of at least two pixels.</summary>
    public static GaussMoments Moments(ReadOnlySpan<float> map)
    {
        // About a value of the map itself: exactly zero for a constant map, and no digits lost for a nearly constant one.
        var origin = FiniteFloat.From(map[0]);
        double sum = 0, squares = 0;
        var i = 0;
        for (; i + 4 * T.Count <= map.Length; i += 4 * T.Count)
        {
            var (offsets, offsetsSquared) = T.SumOffsets(
                T.Finite(T.Load(in map[i])), T.Finite(T.Load(in map[i + T.Count])), T.Finite(T.Load(in map[i + 2 * T.Count])),
                T.Finite(T.Load(in map[i + 3 * T.Count])), origin);
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
