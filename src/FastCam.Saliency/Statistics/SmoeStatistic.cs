namespace FastCam.Saliency;

/// <summary><see cref="SmoeScale"/> with its epsilon.</summary>
sealed class SmoeStatistic(float epsilon) : Statistic
{
    public override string Name => "smoe";

    public override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map) =>
        SmoeScale.Compute(activations, channels, map, epsilon);
}
