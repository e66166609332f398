using MathNet.Numerics.Distributions;

namespace FastCam.Lab.Bench;

/// <summary>A straight line through measurements, by least squares: its slope with an interval of 95 %.</summary>
/// <param name="Slope">Growth of y for each x.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
sealed record LineFit(double Slope, double Low, double High)
{
    const double Confidence = 0.95;

    /// <summary>
    /// Fits the line. A value that follows from the one before it counts for less than one that stands alone: of n measurements whose residuals
    /// correlate by ρ from each to the next, n·(1 − ρ)/(1 + ρ) count. Otherwise one page that is touched once would look like a sure trend.
    /// </summary>
    /// <param name="x">The places, evenly spaced and rising.</param>
    /// <param name="y">As many values, at least three.</param>
    /// <exception cref="ArgumentException">There are too few values, or not as many of one as of the other.</exception>
    public static LineFit Through(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        if (x.Length != y.Length || x.Length < 3)
            throw new ArgumentException($"{x.Length} and {y.Length} values make no line with an interval.", nameof(y));
        var (meanX, meanY) = (Mean(x), Mean(y));
        var (squares, products) = (0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            squares += (x[i] - meanX) * (x[i] - meanX);
            products += (x[i] - meanX) * (y[i] - meanY);
        }
        var slope = products / squares;
        var (sum, lagged, previous) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            var residual = y[i] - meanY - slope * (x[i] - meanX);
            sum += residual * residual;
            lagged += residual * previous;
            previous = residual;
        }
        var correlation = sum > 0 ? Math.Clamp(lagged / sum, 0, 1) : 0;
        var counting = Math.Max(3, x.Length * (1 - correlation) / (1 + correlation));
        var error = Math.Sqrt(sum / (counting - 2) / squares);
        var reach = StudentT.InvCDF(0, 1, counting - 2, 0.5 + Confidence / 2) * error;
        return new LineFit(slope, slope - reach, slope + reach);
    }

    static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += value;
        return sum / values.Length;
    }
}
