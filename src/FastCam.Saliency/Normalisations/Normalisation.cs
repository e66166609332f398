namespace FastCam.Saliency.Normalisations;

/// <summary>
/// A normalisation of each layer's map to 0..1. May hold state from one frame to the next: one for each stream, and one thread
/// at a time for each layer. No call allocates.
/// </summary>
public abstract class Normalisation
{
    /// <summary>The names that <see cref="Create"/> knows, the default first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gauss", "gauss-fixed", "gauss-running", "gamma", "range"];

    /// <summary>
    /// A normalisation by its name: <c>gauss</c>, the normal distribution function of the z-scores within that one map;
    /// <c>gauss-fixed</c>, the same by given moments; <c>gauss-running</c>, by averages of the moments over time; <c>gamma</c>, the
    /// distribution function of the gamma distribution that fits the map; <c>range</c>, from the map's minimum to its maximum.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>, in lower case.</param>
    /// <param name="layers">The number of layers, at least 1.</param>
    /// <param name="options">What the normalisation is told; the defaults where null.</param>
    /// <exception cref="ArgumentException">No such name, or options that do not suit it; the message says which in one sentence.</exception>
    public static Normalisation Create(string name, int layers, NormalisationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        options ??= new NormalisationOptions();
        return name switch
        {
            "gauss" => new OwnGauss(),
            "gauss-fixed" => new FixedGauss(layers, options.Fixed),
            "gauss-running" => new RunningGauss(layers, options.HalfLife),
            "gamma" => new GammaNormalisation(),
            "range" => new RangeNormalisation(),
            _ => throw new ArgumentException($"There is no normalisation \"{name}\"; there are {string.Join(", ", Names)}."),
        };
    }

    /// <summary>Its name, as in <see cref="Names"/>.</summary>
    public abstract string Name { get; }

    /// <summary>Normalises one layer's map.</summary>
    /// <param name="layer">The layer's place, from 0.</param>
    /// <param name="map">The map at its own size; NaN counts as 0, an infinity as the largest float32 of its sign.</param>
    /// <param name="normalised">As many values, 0..1: 0.5 everywhere where all pixels are equal or there is only one, save for the
    /// moments of other frames. May be <paramref name="map"/> itself.</param>
    /// <param name="time">The frame's presentation time, which rises within a stream. Only <c>gauss-running</c> uses it.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public abstract void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time);

    /// <summary>Forgets the frames before.</summary>
    public virtual void Restart()
    {
    }

    private protected static void ThrowIfUnlike(ReadOnlySpan<float> map, Span<float> normalised)
    {
        if (map.Length != normalised.Length)
            throw new ArgumentException($"A map of {map.Length} pixels does not fit one of {normalised.Length}.", nameof(normalised));
    }
}

/// <summary>What some of the normalisations are told.</summary>
public sealed record NormalisationOptions
{
    /// <summary><c>gauss-fixed</c>: the moments to normalise each layer's map by, from the shallowest layer to the deepest.</summary>
    public IReadOnlyList<GaussMoments>? Fixed { get; init; }

    /// <summary><c>gauss-running</c>: after how long half of a lasting change of the moments has arrived in their average.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromSeconds(10);
}
