namespace FastCam.Saliency;

/// <summary><see cref="SmoeScale"/> with its epsilon.</summary>
sealed class SmoeStatistic : Statistic
{
    readonly float _epsilon;

    public SmoeStatistic(float epsilon)
    {
        SmoeScale.ThrowIfOutOfRange(epsilon);
        _epsilon = epsilon;
    }

    public override string Name => "smoe";

    public override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        SmoeScale.Compute(activations, channels, map, _epsilon);
}
