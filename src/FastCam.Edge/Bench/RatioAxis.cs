namespace FastCam.Edge.Bench;

/// <summary>An axis that holds a number of ratios, from one labelled tick to another.</summary>
sealed class RatioAxis
{
    const int MostTicks = 8;
    const double SmallestRange = 1e-6;

    readonly Func<double, double> _scale;

    RatioAxis(IReadOnlyList<double> ticks, Func<double, double> scale)
    {
        Ticks = ticks;
        _scale = scale;
    }

    /// <summary>Where the axis is labelled, the ends included.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Steps of 1, 2 or 5 times a power of ten.</summary>
    public static RatioAxis Linear(IReadOnlyCollection<double> values)
    {
        var range = Math.Max(values.Max() - values.Min(), SmallestRange);
        var power = Math.Pow(10, Math.Floor(Math.Log10(range / MostTicks)));
        var step = power * new[] { 1, 2, 5, 10 }.First(multiple => range / (power * multiple) <= MostTicks);
        return new RatioAxis(Between(Math.Floor(values.Min() / step), Math.Ceiling(values.Max() / step), tick => tick * step), static ratio => ratio);
    }

    /// <summary>Powers of ten; the values are above 0.</summary>
    public static RatioAxis Logarithmic(IReadOnlyCollection<double> values) =>
        new(Between(Math.Floor(Math.Log10(values.Min())), Math.Ceiling(Math.Log10(values.Max())), static tick => Math.Pow(10, tick)), Math.Log10);

    /// <summary>Where a ratio lies: 0 at the first tick, 1 at the last.</summary>
    public double Place(double ratio) => (_scale(ratio) - _scale(Ticks[0])) / (_scale(Ticks[^1]) - _scale(Ticks[0]));

    /// <summary>At least two ticks.</summary>
    static double[] Between(double first, double last, Func<double, double> tick) =>
        [.. Enumerable.Range(0, (int)Math.Max(2, last - first + 1)).Select(place => tick(first + place))];
}
