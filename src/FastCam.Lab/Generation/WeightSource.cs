namespace FastCam.Lab.Generation;

/// <summary>How a convolution's sum becomes its output.</summary>
enum Affine
{
    /// <summary>By a batch norm, folded or not.</summary>
    BatchNorm,
    /// <summary>By a bias alone, as in networks older than batch norm.</summary>
    Bias,
    /// <summary>By nothing: a batch norm comes later, after a concatenation.</summary>
    None,
}

/// <summary>A batch norm's constants in ONNX's order, and the moments of its output.</summary>
sealed record BatchNorm(float[] Scale, float[] Shift, float[] Mean, float[] Variance, Moments Moments)
{
    public const float Epsilon = 1e-5f;
}

/// <summary>The constants of a convolution or a fully connected layer.</summary>
sealed record DrawnLayer(float[] Weights, float[]? Bias, BatchNorm? Norm, Moments Moments)
{
    /// <summary>Folds the batch norm into weights and bias.</summary>
    public DrawnLayer Folded()
    {
        var norm = Norm!;
        var fan = Weights.Length / norm.Scale.Length;
        var bias = new float[norm.Scale.Length];
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var factor = norm.Scale[channel] / MathF.Sqrt(norm.Variance[channel] + BatchNorm.Epsilon);
            foreach (ref var weight in Weights.AsSpan(channel * fan, fan))
                weight *= factor;
            bias[channel] = norm.Shift[channel] - norm.Mean[channel] * factor;
        }
        return new DrawnLayer(Weights, bias, null, Moments);
    }
}

/// <summary>
/// Draws He-normal weights, and batch norms whose running statistics are what those weights make of inputs with the expected moments, so that the
/// output of each layer has about unit variance at any depth.
/// </summary>
sealed class WeightSource(int seed)
{
    const double Jitter = 0.1;

    readonly NormalSource _normal = new(seed);

    /// <param name="input">The input's moments.</param>
    /// <param name="channels">The output channels.</param>
    /// <param name="groups">The groups of channels.</param>
    /// <param name="area">The weights for one input channel: the kernel's pixels.</param>
    /// <param name="scale">The standard deviation of the output.</param>
    /// <param name="affine">What is drawn beside the weights.</param>
    public DrawnLayer Draw(Moments input, int channels, int groups, int area, double scale, Affine affine)
    {
        var depth = input.Channels / groups;
        var weights = new float[channels * depth * area];
        var sums = DrawWeights(weights, input, channels / groups, depth, area);
        if (affine == Affine.None)
        {
            // Nothing corrects the weights, so they themselves are scaled to unit variance.
            var unit = new BatchNorm(
                [.. Enumerable.Repeat(1f, channels)], new float[channels], new float[channels], Floats(sums.Variance), sums);
            return new DrawnLayer(weights, null, unit, sums.Normalised()).Folded() with { Bias = null };
        }
        var norm = DrawNorm(sums, scale);
        var layer = new DrawnLayer(weights, null, norm, norm.Moments);
        return affine == Affine.Bias ? layer.Folded() : layer;
    }

    /// <summary>Draws a batch norm with scales about the one given and small shifts, for an input of known moments.</summary>
    public BatchNorm DrawNorm(Moments input, double scale)
    {
        var gains = Draw(input.Channels, scale, scale * Jitter);
        var shifts = Draw(input.Channels, 0, scale * Jitter);
        return new BatchNorm(
            gains, shifts, Floats(input.Mean), Floats(input.Variance),
            new Moments([.. shifts.Select(value => (double)value)], [.. gains.Select(value => (double)value * value)]));
    }

    static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];

    float[] Draw(int count, double mean, double deviation)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)(mean + deviation * _normal.Next());
        return values;
    }

    /// <summary>Fills the weights and returns the moments of the sums that they make.</summary>
    Moments DrawWeights(Span<float> weights, Moments input, int groupSize, int depth, int area)
    {
        var channels = weights.Length / (depth * area);
        var deviation = Math.Sqrt(2.0 / (depth * area));
        var mean = new double[channels];
        var variance = new double[channels];
        var next = 0;
        for (var channel = 0; channel < channels; channel++)
        {
            for (var source = channel / groupSize * depth; source < (channel / groupSize + 1) * depth; source++)
            {
                double sum = 0, squares = 0;
                foreach (ref var weight in weights.Slice(next, area))
                {
                    weight = (float)(deviation * _normal.Next());
                    sum += weight;
                    squares += (double)weight * weight;
                }
                next += area;
                mean[channel] += sum * input.Mean[source];
                variance[channel] += squares * input.Variance[source];
            }
        }
        return new Moments(mean, variance);
    }
}

/// <summary>
/// Draws standard normal numbers from a seed, by SplitMix64 with Marsaglia's polar method; they are the same with every version of .NET.
/// </summary>
sealed class NormalSource(int seed)
{
    ulong _state = (ulong)seed;
    double _spare = double.NaN;

    public double Next()
    {
        if (!double.IsNaN(_spare))
        {
            var spare = _spare;
            _spare = double.NaN;
            return spare;
        }
        double x, y, square;
        do
        {
            x = Uniform();
            y = Uniform();
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);
        var factor = Math.Sqrt(-2 * Math.Log(square) / square);
        _spare = y * factor;
        return x * factor;
    }

    /// <summary>Returns a number in [−1, 1).</summary>
    double Uniform()
    {
        var bits = _state += 0x9e3779b97f4a7c15;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
        bits ^= bits >> 31;
        return (long)bits * (1.0 / (1UL << 63));
    }
}
