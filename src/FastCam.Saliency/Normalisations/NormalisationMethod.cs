namespace FastCam.Saliency.Normalisations;

/// <summary>Which normalisation is wanted, and what it is told; <see cref="Create"/> makes it for a network, once a stream.</summary>
public sealed record NormalisationMethod
{
    NormalisationMethod(string name) => Name = name;

    /// <summary>The normal distribution function of the z-scores within one map: the default.</summary>
    public static NormalisationMethod Gauss { get; } = new("gauss");

    /// <summary>Its name, one of <see cref="Normalisation.Names"/>.</summary>
    public string Name { get; }

    /// <summary><c>gauss-running</c>: after how long half of a lasting change of the moments has arrived in their average, above 0.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether it needs moments that were measured beforehand.</summary>
    public bool NeedsMoments => Name == "gauss-fixed";

    /// <summary>A method by its name.</summary>
    /// <param name="name">One of <see cref="Normalisation.Names"/>, in lower case.</param>
    /// <exception cref="FormatException">There is none of that name.</exception>
    public static NormalisationMethod Parse(string name) => Normalisation.Names.Contains(name)
        ? new NormalisationMethod(name)
        : throw new FormatException($"There is no normalisation \"{name}\"; there are {string.Join(", ", Normalisation.Names)}.");

    /// <summary>Makes the normalisation of one stream.</summary>
    /// <param name="layers">The number of layers, at least 1.</param>
    /// <param name="moments">The layers' moments, where it <see cref="NeedsMoments"/>, from the shallowest layer to the deepest.</param>
    /// <exception cref="ArgumentException">It needs moments, and there are none or too few; or the half-life is not above 0.</exception>
    public Normalisation Create(int layers, IReadOnlyList<GaussMoments>? moments = null) =>
        Normalisation.Create(Name, layers, new NormalisationOptions { Fixed = moments, HalfLife = HalfLife });

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
