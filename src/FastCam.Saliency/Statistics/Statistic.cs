namespace FastCam.Saliency;

/// <summary>
/// A statistic over the channel values of each pixel: one tensor in, one map out. Immutable; any number of threads may use one
/// at a time. No call allocates.
/// </summary>
public abstract class Statistic
{
    /// <summary>The names that <see cref="Create"/> knows, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["smoe", "std", "mean", "max"];

    /// <summary>A statistic by its name.</summary>
    /// <param name="name">One of <see cref="Names"/>, in lower case.</param>
    /// <param name="epsilon">What <c>smoe</c> adds to every activation. The others do not use it.</param>
    /// <param name="biased"><c>std</c> divides by the number of channels instead of one less. The others do not use it.</param>
    /// <returns>The statistic, or null where there is none of that name.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The statistic uses the epsilon, and it is out of its range.</exception>
    public static Statistic? Create(string name, float epsilon = SmoeScale.DefaultEpsilon, bool biased = false) => name switch
    {
        "smoe" => new SmoeStatistic(epsilon),
        "std" => new StandardDeviationStatistic(biased),
        "mean" => new MeanStatistic(),
        "max" => new MaxStatistic(),
        _ => null,
    };

    /// <summary>Its name, as in <see cref="Names"/>.</summary>
    public abstract string Name { get; }

    /// <summary>True where the statistic is of the tensor before its activation, with its negative values.</summary>
    public virtual bool TakesBeforeActivation => false;

    /// <summary>Computes the statistic of every pixel.</summary>
    /// <param name="activations">Channels × pixels, channel-major: one image of an NCHW tensor. NaN counts as 0, an infinity as the
    /// largest float32 of its sign.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="map">One value a pixel, always finite.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or there are no channels.</exception>
    public abstract void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map);

    private protected static void ThrowIfUnlike(ReadOnlySpan<float> activations, int channels, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (activations.Length != (long)channels * map.Length)
            throw new ArgumentException($"{activations.Length} activations are not {channels} channels of {map.Length} pixels.", nameof(activations));
    }
}
