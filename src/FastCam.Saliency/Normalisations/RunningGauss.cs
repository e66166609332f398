namespace FastCam.Saliency.Normalisations;

/// <summary>
/// Each layer by exponential averages over time of its maps' means and sigmas. They begin with the first map that has
/// differences, for a dark first frame has no sigma to start from, and anew where time runs backwards, as in a file that starts
/// again.
/// </summary>
sealed class RunningGauss(int layers, TimeSpan halfLife) : Normalisation
{
    readonly HalfLife _halfLife = new(halfLife);
    readonly (GaussMoments Moments, TimeSpan Time)[] _averages = new (GaussMoments, TimeSpan)[layers];

    public override string Name => "gauss-running";

    public override void Apply(int layer, ReadOnlySpan<float> map, Span<float> normalised, TimeSpan time)
    {
        ThrowIfUnlike(map, normalised);
        ref var average = ref _averages[layer];
        var newest = GaussNormalisation.Moments(map);
        average = (average.Moments.Sigma == 0 || time < average.Time ? newest : Between(average.Moments, newest, _halfLife.Share(time - average.Time)), time);
        GaussNormalisation.Apply(map, normalised, average.Moments);
    }

    public override void Restart() => Array.Clear(_averages);

    static GaussMoments Between(GaussMoments from, GaussMoments to, double share) =>
        new(from.Mean + share * (to.Mean - from.Mean), from.Sigma + share * (to.Sigma - from.Sigma));
}
