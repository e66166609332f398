namespace FastCam.Saliency.Normalisations;

/// <summary>What some of the normalisations are told.</summary>
public sealed record NormalisationOptions
{
    /// <summary><c>gauss-fixed</c>: the moments to normalise each layer's map by, from the shallowest layer to the deepest.</summary>
    public IReadOnlyList<GaussMoments>? Fixed { get; init; }

    /// <summary><c>gauss-running</c>: after how long half of a lasting change of the moments has arrived in their average.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromSeconds(10);
}
