using FastCam.Saliency.Combination;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

public sealed class TemporalSmoothingTests
{
    static readonly MapSize Size = new(13, 3);

    readonly TemporalSmoothing _smoothing = new([Size, Size], TimeSpan.FromSeconds(2));
    readonly float[] _first = Samples.Map(Size.Pixels, seed: 1);
    readonly float[] _second = Samples.Map(Size.Pixels, seed: 2);

    [Fact]
    public void The_first_map_stays_as_it_is() => Assert.Equal(_first, Apply(0, _first, 5));

    [Fact]
    public void After_the_half_life_half_of_a_change_has_arrived()
    {
        Apply(0, _first, 0);
        AssertMixed(1 / 2f, 2);
        AssertMixed(3 / 4f, 4);
        AssertMixed(3 / 4f, 4);
    }

    [Fact]
    public void How_many_frames_come_in_that_time_does_not_matter()
    {
        Apply(0, _first, 0);
        foreach (var seconds in new[] { 0.04, 0.08, 1.1, 1.9 })
            Apply(0, _second, seconds);
        AssertMixed(1 / 2f, 2);
    }

    [Fact]
    public void Each_layer_has_its_own_average()
    {
        Apply(0, _first, 0);
        Assert.Equal(_second, Apply(1, _second, 0));
        AssertMixed(1 / 2f, 2);
    }

    [Fact]
    public void It_begins_anew_where_time_runs_backwards()
    {
        Apply(0, _first, 10);
        Assert.Equal(_second, Apply(0, _second, 9));
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TemporalSmoothing([Size], TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => new TemporalSmoothing([default], TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentException>(() => Apply(0, new float[5], 0));
    }

    float[] Apply(int layer, float[] map, double seconds)
    {
        var smoothed = map.ToArray();
        _smoothing.Apply(layer, smoothed, TimeSpan.FromSeconds(seconds));
        return smoothed;
    }

    void AssertMixed(float share, double seconds)
    {
        var actual = Apply(0, _second, seconds);
        for (var i = 0; i < actual.Length; i++)
            Assert.Equal(_first[i] * (1 - share) + _second[i] * share, actual[i], 1e-6f);
    }
}
