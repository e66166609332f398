namespace FastCam.Tests.Saliency;

/// <summary>The gamma distribution: its shape by bisection, its distribution function by a series of positive terms.</summary>
static partial class Oracle
{
    /// <summary>The k of ln k − psi(k) = ln(mean) − mean(ln), the right side at least 1e-12 as documented.</summary>
    public static double GammaShape(double[] x)
    {
        // About the first value, so that equal values give exactly nothing.
        var s = Math.Log(x.Average() / x[0]) - x.Average(value => Math.Log(value / x[0]));
        s = Math.Max(s, 1e-12);
        var (low, high) = (Math.Log(1e-9), Math.Log(1e15));
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogMinusDigamma(Math.Exp(middle)) > s ? (middle, high) : (low, middle);
        }

        return Math.Exp(low);
    }

    /// <summary>gamma's normalisation as the method defines it: one offset in the pixels, a second in the fit.</summary>
    public static double[] Gamma(float[] map)
    {
        if (map.All(value => value == map[0]))
            return [.. map.Select(_ => 0.5)];
        var min = (double)map.Min();
        double[] fitted = [.. map.Select(value => value - min + 2e-7)];
        var k = Math.Clamp(GammaShape(fitted), 1e-7, 18);
        var theta = fitted.Average() / k;
        return [.. map.Select(value => GammaDistribution(k, (value - min + 1e-7) / theta))];
    }

    /// <summary>P(k, x) = x^k · e^−x · sum over n of x^n / Gamma(k + n + 1).</summary>
    public static double GammaDistribution(double k, double x)
    {
        if (x > 300)
            return 1;
        double term = 1, sum = 1;
        for (var n = 1; term > 1e-17 * sum; n++)
        {
            term *= x / (k + n);
            sum += term;
        }

        return Math.Min(1, Math.Exp(k * Math.Log(x) - x - LogGamma(k + 1)) * sum);
    }

    /// <summary>By the recurrence psi(k) = psi(k + 1) − 1/k up to where the asymptotic series has converged.</summary>
    static double LogMinusDigamma(double k)
    {
        if (k >= 200)
            return 1 / (2 * k) + 1 / (12 * k * k) - 1 / (120 * k * k * k * k);
        var sum = LogMinusDigamma(k + 200) - Math.Log(1 + 200 / k);
        for (var i = 0; i < 200; i++)
            sum += 1 / (k + i);
        return sum;
    }

    /// <summary>By the recurrence Gamma(k) = Gamma(k + 1) / k and Stirling's series.</summary>
    static double LogGamma(double k)
    {
        double factors = 0;
        for (; k < 50; k++)
            factors += Math.Log(k);
        return (k - 0.5) * Math.Log(k) - k + 0.5 * Math.Log(2 * Math.PI) + 1 / (12 * k) - 1 / (360 * k * k * k) + 1 / (1260 * Math.Pow(k, 5)) - factors;
    }
}
