namespace FastCam.Lab.Generation;

/// <summary>What turns a convolution's sum into its output.</summary>
enum Affine
{
    /// <summary>A batch norm, folded or not.</summary>
    BatchNorm,
    /// <summary>A bias alone, as in networks older than batch norm.</summary>
    Bias,
    /// <summary>Nothing: a batch norm comes later, after a concatenation.</summary>
    None,
}

/// <summary>A batch norm's constants, ONNX's order; and the moments of what it puts out.</summary>
sealed record BatchNorm(float[] Scale, float[] Shift, float[] Mean, float[] Variance, Moments Moments)
{
    public const float Epsilon = 1e-5f;
}

/// <summary>The constants of a convolution or a fully connected layer.</summary>
sealed record DrawnLayer(float[] Weights, float[]? Bias, BatchNorm? Norm, Moments Moments)
{
    /// <summary>The batch norm folded into weights and bias.</summary>
    public DrawnLayer Folded()
    {
        var norm = Norm!;
        var fan = Weights.Length / norm.Scale.Length;
        var bias = new float[norm.Scale.Length];
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var factor = norm.Scale[channel] / MathF.Sqrt(norm.Variance[channel] + BatchNorm.Epsilon);
            foreach (ref var weight in Weights.AsSpan(channel * fan, fan)) weight *= factor;
            bias[channel] = norm.Shift[channel] - norm.Mean[channel] * factor;
        }
        return new DrawnLayer(Weights, bias, null, Moments);
    }
}

/// <summary>
/// He-normal weights, and batch norms whose running statistics are what those weights make of inputs with the expected moments, so
/// that each layer puts out about unit variance at any depth.
/// </summary>
sealed class WeightSource(int seed)
{
    const double Jitter = 0.1;

    readonly NormalSource _normal = new(seed);

    /// <param name="input">The input's moments.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="area">Weights an input channel: the kernel's pixels.</param>
    /// <param name="scale">The deviation to put out.</param>
    /// <param name="affine">What is drawn beside the weights.</param>
    public DrawnLayer Draw(Moments input, int channels, int groups, int area, double scale, Affine affine)
    {
        var depth = input.Channels / groups;
        var weights = new float[channels * depth * area];
        var sums = DrawWeights(weights, input, channels / groups, depth, area);
        if (affine == Affine.None)
        {
            // Without anything to correct them, the weights themselves are scaled to unit variance.
            var unit = new BatchNorm([.. Enumerable.Repeat(1f, channels)], new float[channels], new float[channels], Floats(sums.Variance), sums);
            return new DrawnLayer(weights, null, unit, sums.Normalised()).Folded() with { Bias = null };
        }
        var norm = DrawNorm(sums, scale);
        var layer = new DrawnLayer(weights, null, norm, norm.Moments);
        return affine == Affine.Bias ? layer.Folded() : layer;
    }

    /// <summary>A batch norm with scales about the one given and small shifts, for an input of known moments.</summary>
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
        foreach (ref var value in values.AsSpan()) value = (float)(mean + deviation * _normal.Next());
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

/// <summary>Standard normal numbers from a seed: SplitMix64 with Marsaglia's polar method, the same with every version of .NET.</summary>
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

    /// <summary>A number in [−1, 1).</summary>
    double Uniform()
    {
        var bits = _state += 0x9e3779b97f4a7c15;
        bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
        bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
        bits ^= bits >> 31;
        return (long)bits * (1.0 / (1UL << 63));
    }
}
