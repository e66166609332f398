namespace FastCam.Lab.Generation;

/// <summary>
/// The values that a tensor's channels are expected to hold when the image is white noise of mean 0 and variance 1: each channel's mean and variance,
/// taken as normal before an activation and as independent of its neighbours. From them the output of a convolution, and so the running statistics
/// of its batch norm, follow without running the network.
/// </summary>
sealed record Moments(double[] Mean, double[] Variance)
{
    const double Reach = 5;
    const int Steps = 100;

    static readonly (double Z, double Weight)[] Normal = MakeNormal();

    public int Channels => Mean.Length;

    public static Moments Standard(int channels) => new(new double[channels], [.. Enumerable.Repeat(1.0, channels)]);

    public static Moments Concat(IEnumerable<Moments> parts) => new([.. parts.SelectMany(part => part.Mean)], [.. parts.SelectMany(part => part.Variance)]);

    /// <summary>Returns the moments after an activation function, by quadrature over the normal distribution.</summary>
    public Moments After(NonLinearity function)
    {
        var mean = new double[Channels];
        var variance = new double[Channels];
        for (var channel = 0; channel < Channels; channel++)
        {
            var deviation = Math.Sqrt(Variance[channel]);
            double sum = 0, squares = 0;
            foreach (var (z, weight) in Normal)
            {
                var value = function.Apply(Mean[channel] + deviation * z);
                sum += weight * value;
                squares += weight * value * value;
            }
            mean[channel] = sum;
            variance[channel] = squares - sum * sum;
        }
        return new Moments(mean, variance);
    }

    public Moments Plus(Moments other) =>
        new([.. Mean.Zip(other.Mean, (a, b) => a + b)], [.. Variance.Zip(other.Variance, (a, b) => a + b)]);

    /// <summary>Returns the moments after multiplication by an independent tensor.</summary>
    public Moments Times(Moments other)
    {
        var second = MeanSquares().Zip(other.MeanSquares(), (a, b) => a * b);
        var mean = Mean.Zip(other.Mean, (a, b) => a * b).ToArray();
        return new Moments(mean, [.. second.Zip(mean, (square, m) => square - m * m)]);
    }

    /// <summary>
    /// Returns the moments after the maximum over a window. The mean rises by the expected maximum of so many normal numbers; the variance of rectified
    /// values stays about what it was, since their zeros go and their tail is thinned.
    /// </summary>
    public Moments MaximumOf(int pixels)
    {
        var rise = pixels switch { <= 4 => 1.03, <= 9 => 1.49, _ => 1.97 };
        return this with { Mean = [.. Mean.Zip(Variance, (mean, variance) => mean + rise * Math.Sqrt(variance))] };
    }

    public Moments AverageOf(int pixels) => this with { Variance = [.. Variance.Select(variance => variance / pixels)] };

    public Moments Slice(int first, int channels) => new(Mean[first..(first + channels)], Variance[first..(first + channels)]);

    /// <summary>Returns the moments after division by the deviations.</summary>
    public Moments Normalised() =>
        new([.. Mean.Zip(Variance, (mean, variance) => mean / Math.Sqrt(variance))], [.. Variance.Select(_ => 1.0)]);

    /// <summary>
    /// Returns moments of the same power about zero, for layers whose weights see no more than one mean value, so that subtracting it would leave noise.
    /// </summary>
    public Moments AboutZero() => new(new double[Channels], [.. MeanSquares()]);

    IEnumerable<double> MeanSquares() => Mean.Zip(Variance, (mean, variance) => mean * mean + variance);

    static (double, double)[] MakeNormal()
    {
        var points = new (double Z, double Weight)[Steps + 1];
        for (var i = 0; i <= Steps; i++)
        {
            var z = Reach * (2.0 * i / Steps - 1);
            points[i] = (z, Math.Exp(-z * z / 2));
        }
        var sum = points.Sum(point => point.Weight);
        return [.. points.Select(point => (point.Z, point.Weight / sum))];
    }
}

/// <summary>The activation functions of the networks.</summary>
enum NonLinearity
{
    None,
    Relu,
    Relu6,
    Silu,
    HardSwish,
    Sigmoid,
    HardSigmoid,
}

static class NonLinearities
{
    /// <summary>Applies the function itself, to predict the moments of its output.</summary>
    public static double Apply(this NonLinearity function, double x) => function switch
    {
        NonLinearity.None => x,
        NonLinearity.Relu => Math.Max(x, 0),
        NonLinearity.Relu6 => Math.Clamp(x, 0, 6),
        NonLinearity.Silu => x / (1 + Math.Exp(-x)),
        NonLinearity.HardSwish => x * Math.Clamp(x / 6 + 0.5, 0, 1),
        NonLinearity.Sigmoid => 1 / (1 + Math.Exp(-x)),
        NonLinearity.HardSigmoid => Math.Clamp(x / 6 + 0.5, 0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };
}
