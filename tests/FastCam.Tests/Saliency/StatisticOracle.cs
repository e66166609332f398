namespace FastCam.Tests.Saliency;

/// <summary>Every statistic of one pixel's channels, as the formulas stand.</summary>
static partial class Oracle
{
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

    public static double Statistic(string name, double[] x, double epsilon = 1e-7, bool biased = false) => name switch
    {
        "mean" => x.Average(),
        "max" => x.Max(),
        "std" => Deviation(x, biased),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The oracle does not know this statistic."),
    };

    static double Deviation(double[] x, bool biased)
    {
        if (x.Length == 1 || x.All(value => value == x[0]))
            return 0;
        var mean = x.Average();
        return Math.Sqrt(x.Sum(value => (value - mean) * (value - mean)) / (biased ? x.Length : x.Length - 1));
    }
}
