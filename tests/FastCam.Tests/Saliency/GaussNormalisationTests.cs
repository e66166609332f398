using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Saliency;

public sealed class GaussNormalisationTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(49)]
    [InlineData(196)]
    [InlineData(12544)]
    public void Any_size_agrees_with_float64(int pixels) => AssertAgrees(Samples.Map(pixels));

    [Fact]
    public void The_whole_range_of_z_agrees_with_float64()
    {
        // One far outlier among few values reaches z = 9; a dense ramp covers what is between.
        var map = new float[100];
        map[50] = 1;
        AssertAgrees(map);
        AssertAgrees([.. Enumerable.Range(0, 100_000).Select(i => MathF.Tan(3.1f * (i / 100_000f - 0.5f)))]);
    }

    [Fact]
    public void The_normal_distribution_is_close_everywhere_and_keeps_the_order()
    {
        var map = new float[200_003];
        for (var i = 0; i < map.Length; i++)
            map[i] = (i - 100_001) / 16_000f;
        var normalised = new float[map.Length];

        GaussNormalisation.Apply(map, normalised, new GaussMoments(0, 1));

        for (var i = 0; i < map.Length; i++)
            Assert.Equal(Oracle.NormalDistribution(map[i]), normalised[i], 3e-7);
        var highest = 0f;
        foreach (var value in normalised)
        {
            Assert.True(value >= highest - 2e-7f, $"{value:R} follows {highest:R}");
            highest = Math.Max(highest, value);
        }
    }

    [Theory]
    [InlineData(1e-30f, 0f)]
    [InlineData(1e30f, 0f)]
    [InlineData(1e-3f, 1000f)]
    [InlineData(1f, -1e6f)]
    public void Any_scale_and_offset_agrees_with_float64(float scale, float offset) =>
        AssertAgrees([.. Samples.Map(500).Select(value => value * scale + offset)]);

    [Theory]
    [InlineData(0f, 49)]
    [InlineData(0.1f, 12544)]
    [InlineData(-3e38f, 7)]
    [InlineData(42f, 1)]
    [InlineData(float.NaN, 9)]
    [InlineData(float.PositiveInfinity, 20)]
    public void A_map_without_differences_is_one_half(float value, int pixels)
    {
        var map = new float[pixels];
        Array.Fill(map, value);
        GaussNormalisation.Apply(map, map);
        Assert.All(map, normalised => Assert.Equal(0.5f, normalised));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_no_number_gives_numbers(float value)
    {
        foreach (var position in new[] { 0, 17, 48 })
        {
            var map = Samples.Map(49);
            map[position] = value;
            GaussNormalisation.Apply(map, map);
            Assert.All(map, normalised => Assert.InRange(normalised, 0f, 1f));
            if (float.IsInfinity(value))
                Assert.Equal(value > 0 ? 1f : 0f, map[position], 1e-6f);
        }
    }

    [Fact]
    public void In_place_and_apart_are_the_same()
    {
        var map = Samples.Map(101);
        var apart = new float[101];
        GaussNormalisation.Apply(map, apart);
        GaussNormalisation.Apply(map, map);
        Assert.Equal(apart, map);
    }

    [Fact]
    public void Different_lengths_are_refused() =>
        Assert.Throws<ArgumentException>(() => GaussNormalisation.Apply(new float[3], new float[4]));

    static void AssertAgrees(float[] map)
    {
        var expected = Oracle.Gauss(map);
        var normalised = new float[map.Length];
        GaussNormalisation.Apply(map, normalised);
        for (var i = 0; i < map.Length; i++)
            Assert.Equal(expected[i], normalised[i], 1e-6);
    }
}
