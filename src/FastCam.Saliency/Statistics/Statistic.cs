namespace FastCam.Saliency.Statistics;

/// <summary>
/// A statistic over the channel values of each pixel: one tensor in, one map out. Immutable; any number of threads may use one
/// at a time. No call allocates. Two are equal when they have the same name, epsilon and bias.
/// </summary>
public abstract class Statistic : IEquatable<Statistic>
{
    /// <summary>The names that <see cref="Create"/> knows, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "smoe", "std", "mean", "max", "shannon", "renyi", "lognormal-mean", "lognormal-entropy",
        "truncnormal-mean", "truncnormal-std", "truncnormal-entropy", "gamma-scale",
    ];

    /// <summary>
    /// A statistic by its name. With x the channel values of one pixel, r of them, and x' = x + epsilon:
    /// <list type="bullet">
    /// <item><c>smoe</c>: SMOE Scale (Equation 2); see <see cref="SmoeScale"/>.</item>
    /// <item><c>std</c>: the standard deviation; 0 for one channel. Deviations below 1e-18 may be lost.</item>
    /// <item><c>mean</c>, <c>max</c>.</item>
    /// <item><c>shannon</c>: −sum p · log2 p with p = x' / sum x', in bits; log2 r where every channel is 0. With epsilon 0 it is
    /// the entropy of x itself, 0 · log 0 counted as 0, and 0 where every channel is 0.</item>
    /// <item><c>renyi</c>: of order 2, −log2 sum p², in bits; the rest as <c>shannon</c>.</item>
    /// <item><c>lognormal-mean</c>: exp(m + s² / 2), m the mean and s² the biased variance of ln x'.</item>
    /// <item><c>lognormal-entropy</c>: m + ½ · ln(2 · pi · e · s²), in nats, s² at least 1e-300: equal channels give m − 344.</item>
    /// <item><c>truncnormal-mean</c>, <c>truncnormal-std</c>, <c>truncnormal-entropy</c> (nats): of the normal distribution with the
    /// mean m and the unbiased deviation s of x, truncated at 0. Of the tensor before its activation. Equal channels count as
    /// s = 1e-150.</item>
    /// <item><c>gamma-scale</c>: theta = mean / k, k solving ln k − psi(k) = ln(mean x') − mean(ln x') (Equations 12 and 13), whose
    /// right side is at least 1e-12.</item>
    /// </list>
    /// Negative activations count as 0 wherever epsilon is used. What lies beyond float32 becomes the largest float32.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, in lower case.</param>
    /// <param name="epsilon">What is added to every activation, 1e-9 to 1; for the entropies <c>shannon</c> and <c>renyi</c> also 0.
    /// <c>std</c>, <c>mean</c>, <c>max</c> and the truncated normals do not use it.</param>
    /// <param name="biased"><c>std</c> divides by r instead of r − 1. The others do not use it.</param>
    /// <returns>The statistic, or null where there is none of that name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The epsilon is out of its range.</exception>
    public static Statistic? Create(string name, float epsilon = SmoeScale.DefaultEpsilon, bool biased = false)
    {
        if (epsilon != 0 || name is not ("shannon" or "renyi"))
            SmoeScale.ThrowIfOutOfRange(epsilon);
        return name switch
        {
            "smoe" => new SmoeStatistic(epsilon),
            "std" => new StandardDeviationStatistic(biased),
            "mean" => new MeanStatistic(),
            "max" => new MaxStatistic(),
            "shannon" => new ShannonStatistic(epsilon),
            "renyi" => new RenyiStatistic(epsilon),
            "lognormal-mean" => new LogNormalMean(epsilon),
            "lognormal-entropy" => new LogNormalEntropy(epsilon),
            "truncnormal-mean" => new TruncatedNormalMean(),
            "truncnormal-std" => new TruncatedNormalDeviation(),
            "truncnormal-entropy" => new TruncatedNormalEntropy(),
            "gamma-scale" => new GammaScaleStatistic(epsilon),
            _ => null,
        };
    }

    /// <summary>Its name, as in <see cref="Names"/>.</summary>
    public abstract string Name { get; }

    /// <summary>What it adds to every activation; the default where it adds nothing.</summary>
    public virtual float Epsilon => SmoeScale.DefaultEpsilon;

    /// <summary>Whether it divides by r where r − 1 is usual.</summary>
    public virtual bool IsBiased => false;

    /// <summary>True where the statistic is of the tensor before its activation, with its negative values.</summary>
    public virtual bool TakesBeforeActivation => false;

    /// <summary>Computes the statistic of every pixel.</summary>
    /// <param name="activations">Channels × pixels, channel-major: one image of an NCHW tensor. NaN counts as 0, an infinity as the
    /// largest float32 of its sign.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="map">One value a pixel, always finite.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or there are no channels.</exception>
    public abstract void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map);

    /// <inheritdoc/>
    public bool Equals(Statistic? other) => other is not null && (Name, Epsilon, IsBiased) == (other.Name, other.Epsilon, other.IsBiased);

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as Statistic);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => HashCode.Combine(Name, Epsilon, IsBiased);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;

    private protected static void ThrowIfUnlike(ReadOnlySpan<float> activations, int channels, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (activations.Length != (long)channels * map.Length)
            throw new ArgumentException($"{activations.Length} activations are not {channels} channels of {map.Length} pixels.", nameof(activations));
    }
}
