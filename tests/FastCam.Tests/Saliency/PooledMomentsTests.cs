using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Saliency;

public sealed class PooledMomentsTests
{
    static readonly float[] One = [1];

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e4f, 1e-2f)]
    [InlineData(1e-7f, 1e-8f)]
    public void Parts_have_the_moments_of_the_whole(float level, float spread)
    {
        var whole = Samples.Map(3000).Select(value => level + spread * value).ToArray();
        var pool = new PooledMoments();

        for (var start = 0; start < whole.Length; start += 60)
            pool.Add(whole.AsSpan(start, 60), Ones(12), Ones(5));

        var mean = whole.Average(value => (double)value);
        var sigma = Math.Sqrt(whole.Sum(value => (value - mean) * (value - mean)) / (whole.Length - 1));
        Assert.Equal(mean, pool.Moments.Mean, 1e-12 * Math.Abs(mean));
        Assert.Equal(sigma, pool.Moments.Sigma, 1e-9 * sigma);
    }

    [Fact]
    public void One_part_has_the_moments_that_it_is_normalised_by_alone()
    {
        var map = Samples.Map(49);
        var pool = new PooledMoments();

        pool.Add(map, Ones(7), Ones(7));

        var alone = GaussNormalisation.Moments(map);
        Assert.Equal(alone.Mean, pool.Moments.Mean, 1e-14);
        Assert.Equal(alone.Sigma, pool.Moments.Sigma, 1e-14);
    }

    [Fact]
    public void What_two_parts_share_counts_once()
    {
        float[] left = [1, 2, 5, 5];
        float[] right = [5, 5, 8, 9];
        var pool = new PooledMoments();

        pool.Add(left, [1, 1, 0.75f, 0.25f], One);
        pool.Add(right, [0.25f, 0.75f, 1, 1], One);

        var once = GaussNormalisation.Moments([1, 2, 5, 5, 8, 9]);
        Assert.Equal(once.Mean, pool.Moments.Mean, 1e-14);
        Assert.Equal(once.Sigma, pool.Moments.Sigma, 1e-14);
    }

    [Fact]
    public void A_share_of_none_adds_nothing()
    {
        var pool = new PooledMoments();
        pool.Add([3, 4, 1e9f], [1, 1, 0], One);

        Assert.Equal(3.5, pool.Moments.Mean);
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(1e4f)]
    [InlineData(0)]
    public void Equal_pixels_have_a_sigma_of_exactly_zero(float level)
    {
        var pool = new PooledMoments();
        for (var part = 0; part < 7; part++)
            pool.Add(Enumerable.Repeat(level, 9).ToArray(), [0.3f, 1, 0.7f], [1, 0.1f, 0.9f]);

        Assert.Equal(new GaussMoments(level, 0), pool.Moments);
    }

    [Fact]
    public void Nothing_and_a_single_pixel_have_no_spread()
    {
        var pool = new PooledMoments();
        Assert.Equal(new GaussMoments(0, 0), pool.Moments);

        pool.Add([7], One, One);

        Assert.Equal(new GaussMoments(7, 0), pool.Moments);
    }

    [Fact]
    public void What_is_not_finite_leaves_finite_moments()
    {
        var pool = new PooledMoments();
        pool.Add([float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1], Ones(2), Ones(2));
        pool.Add([1, 2, 3, 4], Ones(2), Ones(2));

        Assert.True(double.IsFinite(pool.Moments.Mean));
        Assert.True(double.IsFinite(pool.Moments.Sigma));
    }

    [Fact]
    public void A_map_of_another_size_is_refused() => Assert.Throws<ArgumentException>(() => new PooledMoments().Add([1, 2, 3], Ones(2), Ones(2)));

    static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];
}
