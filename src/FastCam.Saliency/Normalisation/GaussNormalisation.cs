using System.Numerics;

namespace FastCam.Saliency;

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

        var oneOverSigma = new Vector<double>(1 / moments.Sigma);
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
        {
            var (lower, upper) = Offsets(Load(map, i, 0), moments.Mean);
            Store(NormalDistribution(Vector.Narrow(lower * oneOverSigma, upper * oneOverSigma)), normalised, i);
        }
    }

    /// <summary>The mean and the unbiased standard deviation of a map; sigma is exactly 0 where all pixels are equal or there is at most one.</summary>
    /// <param name="map">The map; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    public static GaussMoments Moments(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty)
            return default;
        // About a value of the map itself: exactly zero for a constant map, and no digits lost for a nearly constant one.
        double origin = Finite(Load(map, 0, 0))[0];
        if (map.Length == 1)
            return new GaussMoments(origin, 0);
        var sum = Vector<double>.Zero;
        var squares = Vector<double>.Zero;
        for (var i = 0; i < map.Length; i += Vector<float>.Count)
        {
            var (lower, upper) = Offsets(Load(map, i, (float)origin), origin);
            sum += lower + upper;
            squares += lower * lower + upper * upper;
        }

        var mean = Vector.Sum(sum) / map.Length;
        var variance = (Vector.Sum(squares) - Vector.Sum(sum) * mean) / (map.Length - 1);
        return new GaussMoments(origin + mean, Math.Sqrt(Math.Max(variance, 0)));
    }

    static (Vector<double> Lower, Vector<double> Upper) Offsets(Vector<float> values, double origin)
    {
        Vector.Widen(Finite(values), out var lower, out var upper);
        return (lower - new Vector<double>(origin), upper - new Vector<double>(origin));
    }

    static Vector<float> Finite(Vector<float> values) => Vector.Clamp(
        Vector.ConditionalSelect(Vector.Equals(values, values), values, Vector<float>.Zero),
        new Vector<float>(float.MinValue),
        new Vector<float>(float.MaxValue));

    /// <summary>Abramowitz and Stegun 26.2.17, |error| below 7.5e-8.</summary>
    static Vector<float> NormalDistribution(Vector<float> z)
    {
        var t = Vector<float>.One / (Vector.Abs(z) * 0.2316419f + Vector<float>.One);
        var polynomial = t * 1.330274429f - new Vector<float>(1.821255978f);
        polynomial = polynomial * t + new Vector<float>(1.781477937f);
        polynomial = polynomial * t - new Vector<float>(0.356563782f);
        polynomial = polynomial * t + new Vector<float>(0.319381530f);
        var density = Vector.Exp(z * z * -0.5f) * 0.39894228f;
        // Rounding must not lift the lower half above the upper one: pixels would change places around the mean.
        var tail = Vector.Min(density * polynomial * t, new Vector<float>(0.5f));
        return Vector.ConditionalSelect(Vector.GreaterThan(z, Vector<float>.Zero), Vector<float>.One - tail, tail);
    }

    /// <summary>One vector from <paramref name="index"/> on, filled up at the end of the map.</summary>
    static Vector<float> Load(ReadOnlySpan<float> map, int index, float filling) =>
        index + Vector<float>.Count <= map.Length ? new Vector<float>(map[index..]) : LoadTail(map[index..], filling);

    static Vector<float> LoadTail(ReadOnlySpan<float> values, float filling)
    {
        Span<float> tail = stackalloc float[Vector<float>.Count];
        tail.Fill(filling);
        values.CopyTo(tail);
        return new Vector<float>(tail);
    }

    static void Store(Vector<float> values, Span<float> map, int index)
    {
        if (index + Vector<float>.Count <= map.Length)
            values.CopyTo(map[index..]);
        else
            StoreTail(values, map[index..]);
    }

    static void StoreTail(Vector<float> values, Span<float> destination)
    {
        Span<float> tail = stackalloc float[Vector<float>.Count];
        values.CopyTo(tail);
        tail[..destination.Length].CopyTo(destination);
    }
}
