namespace FastCam.Tests.Saliency;

/// <summary>Every statistic of one pixel's channels, as the formulas stand.</summary>
static partial class Oracle
{
    /// <summary>The documented variance of equal channels where a logarithm of it is taken.</summary>
    const double SmallestVariance = 1e-300;

    /// <summary>One pixel's channels; what is no number as the product documents it.</summary>
    public static double[] Column(float[] activations, int channels, int pixel)
    {
        var pixels = activations.Length / channels;
        var column = new double[channels];
        for (var c = 0; c < channels; c++)
        {
            var value = activations[c * pixels + pixel];
            column[c] = float.IsNaN(value) ? 0 : Math.Clamp(value, float.MinValue, float.MaxValue);
        }

        return column;
    }

    /// <summary>The statistic of one pixel's channels, before it is made a float32.</summary>
    public static double Statistic(string name, double[] x, double epsilon = 1e-7, bool biased = false)
    {
        double[] shifted = [.. x.Select(value => Math.Max(value, 0) + epsilon)];
        double[] logarithms = [.. shifted.Select(value => Math.Log(value))];
        return name switch
        {
            "smoe" => Smoe([.. x.Select(value => (float)value)], x.Length, 0, epsilon).Smoe,
            "std" => Deviation(x, biased),
            "mean" => x.Average(),
            "max" => x.Max(),
            "shannon" => shifted.Sum() == 0 ? 0 : -Shares(shifted).Sum(p => p == 0 ? 0 : p * Math.Log2(p)),
            "renyi" => shifted.Sum() == 0 ? 0 : -Math.Log2(Shares(shifted).Sum(p => p * p)),
            "lognormal-mean" => Math.Exp(logarithms.Average() + Math.Pow(Deviation(logarithms, biased: true), 2) / 2),
            "lognormal-entropy" => logarithms.Average() + 0.5 * Math.Log(
                2 * Math.PI * Math.E * Math.Max(Math.Pow(Deviation(logarithms, biased: true), 2), SmallestVariance)),
            "truncnormal-mean" => TruncatedNormal(x).Mean,
            "truncnormal-std" => TruncatedNormal(x).Deviation,
            "truncnormal-entropy" => TruncatedNormal(x).Entropy,
            "gamma-scale" => shifted.Average() / GammaShape(shifted),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The oracle does not know this statistic."),
        };
    }

    static IEnumerable<double> Shares(double[] values)
    {
        var sum = values.Sum();
        return values.Select(value => value / sum);
    }

    /// <summary>Exactly 0 for equal values, which a mean that has rounded would miss.</summary>
    static double Deviation(double[] x, bool biased)
    {
        if (x.Length == 1 || x.All(value => value == x[0]))
            return 0;
        var mean = x.Average();
        return Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)) / (biased ? x.Length : x.Length - 1));
    }

    /// <summary>
    /// By quadrature: with x = s · t the density is exp(−(t + alpha)² / 2) for t above 0, times what its integral makes 1.
    /// </summary>
    static (double Mean, double Deviation, double Entropy) TruncatedNormal(double[] x)
    {
        var s = Math.Max(Deviation(x, biased: false), Math.Sqrt(SmallestVariance));
        var alpha = -x.Average() / s;
        // So far out nothing is cut off, or so much that an exponential distribution is left.
        if (alpha < -1e6)
            return (x.Average(), s, 0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(s));
        if (alpha > 1e6)
            return (s / alpha, s / alpha, 1 + Math.Log(s) - Math.Log(alpha));
        // From the density's peak; exp(−80) of it is nothing beside float64.
        var peak = Math.Max(-alpha, 0);
        double LogDensity(double t) => -(t - peak) * ((t + peak) / 2 + alpha);
        var end = alpha > 0 ? 160 / (alpha + Math.Sqrt(alpha * alpha + 160)) : peak + Math.Sqrt(160);
        var start = Math.Max(0, peak - Math.Sqrt(160));
        double Integral(Func<double, double> f) => Simpson(t => f(t) * Math.Exp(LogDensity(t)), start, end);

        var weight = Integral(_ => 1);
        var mean = Integral(t => t) / weight;
        var variance = Integral(t => (t - mean) * (t - mean)) / weight;
        var entropy = Math.Log(weight) - Integral(LogDensity) / weight;
        return (s * mean, s * Math.Sqrt(variance), Math.Log(s) + entropy);
    }

    static double Simpson(Func<double, double> f, double from, double to)
    {
        const int Steps = 2000;
        var h = (to - from) / Steps;
        var sum = f(from) + f(to);
        for (var i = 1; i < Steps; i++)
            sum += f(from + i * h) * (i % 2 == 0 ? 2 : 4);
        return sum * h / 3;
    }
}
