using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Saliency;

public sealed class RunningGaussTests
{
    static readonly TimeSpan HalfLife = TimeSpan.FromSeconds(4);

    readonly Normalisation _normalisation = Normalisation.Create("gauss-running", 2, new NormalisationOptions { HalfLife = HalfLife });
    readonly float[] _dim = Samples.Map(60, seed: 1);
    readonly float[] _bright = [.. Samples.Map(60, seed: 2).Select(value => 5 + 3 * value)];

    [Fact]
    public void The_first_map_is_by_its_own_moments() =>
        AssertNormalisedBy(GaussNormalisation.Moments(_dim), _dim, seconds: 7);

    [Fact]
    public void After_the_half_life_half_of_a_change_has_arrived()
    {
        var (dim, bright) = (GaussNormalisation.Moments(_dim), GaussNormalisation.Moments(_bright));
        Apply(0, _dim, 0);
        AssertNormalisedBy(new((dim.Mean + bright.Mean) / 2, (dim.Sigma + bright.Sigma) / 2), _bright, seconds: 4);
        AssertNormalisedBy(new((dim.Mean + 3 * bright.Mean) / 4, (dim.Sigma + 3 * bright.Sigma) / 4), _bright, seconds: 8);
    }

    [Fact]
    public void How_many_frames_come_in_that_time_does_not_matter()
    {
        var (dim, bright) = (GaussNormalisation.Moments(_dim), GaussNormalisation.Moments(_bright));
        Apply(0, _dim, 0);
        foreach (var seconds in new[] { 0.033, 0.067, 0.067, 0.9, 2.5, 3.99 })
            Apply(0, _bright, seconds);
        AssertNormalisedBy(new((dim.Mean + bright.Mean) / 2, (dim.Sigma + bright.Sigma) / 2), _bright, seconds: 4);
    }

    [Fact]
    public void Each_layer_has_its_own_average()
    {
        Apply(0, _dim, 0);
        Apply(1, _bright, 0);
        AssertNormalisedBy(GaussNormalisation.Moments(_dim), _dim, seconds: 1);
    }

    [Fact]
    public void It_begins_anew_where_time_runs_backwards()
    {
        Apply(0, _dim, 100);
        AssertNormalisedBy(GaussNormalisation.Moments(_bright), _bright, seconds: 0);
    }

    [Fact]
    public void It_begins_with_the_first_map_that_has_differences()
    {
        Assert.All(Apply(0, new float[60], 0), value => Assert.Equal(0.5f, value));
        AssertNormalisedBy(GaussNormalisation.Moments(_bright), _bright, seconds: 0.033);
    }

    [Fact]
    public void A_map_without_differences_is_placed_among_those_before()
    {
        var dim = GaussNormalisation.Moments(_dim);
        Apply(0, _dim, 0);
        AssertNormalisedBy(new(dim.Mean / 2, dim.Sigma / 2), new float[60], seconds: 4);
    }

    float[] Apply(int layer, float[] map, double seconds)
    {
        var normalised = new float[map.Length];
        _normalisation.Apply(layer, map, normalised, TimeSpan.FromSeconds(seconds));
        return normalised;
    }

    void AssertNormalisedBy(GaussMoments moments, float[] map, double seconds)
    {
        var expected = new float[map.Length];
        GaussNormalisation.Apply(map, expected, moments);
        var actual = Apply(0, map, seconds);
        for (var i = 0; i < map.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6f);
    }
}
