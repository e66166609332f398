using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

/// <summary>Every statistic on ordinary and on extreme tensors, against float64.</summary>
public sealed class StatisticTests
{
    public static TheoryData<string> Names { get; } = new(Statistic.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void Random_activations_agree_with_float64(string name)
    {
        foreach (var (channels, pixels) in new[] { (64, 100), (2, 3), (3, 17), (257, 8), (2048, 5) })
        {
            var activations = Samples.Activations(channels * pixels);
            AssertAgrees(name, activations, channels);
            AssertAgrees(name, [.. activations.Select((value, i) => value - i % 5)], channels);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Constant_tensors_agree_with_float64(string name)
    {
        foreach (var value in new[] { 0, 0.75f, 0.1f, 1e4f, 1e-7f, 1e30f, -2f })
        {
            foreach (var (channels, pixels) in new[] { (16, 64), (1000, 3), (1, 1), (1, 49), (7, 1) })
            {
                var activations = new float[channels * pixels];
                Array.Fill(activations, value);
                AssertAgrees(name, activations, channels);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_pixel_and_one_channel_agree_with_float64(string name)
    {
        AssertAgrees(name, Samples.Activations(500), channels: 500);
        AssertAgrees(name, Samples.Activations(49), channels: 1);
        AssertAgrees(name, [.. Samples.Activations(49).Select(value => -value)], channels: 1);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Large_and_small_values_agree_with_float64(string name)
    {
        foreach (var scale in new[] { 1e4f, 1e-7f, 1e-12f, 1e20f })
        {
            AssertAgrees(name, Samples.Activations(64 * 20, scale), channels: 64);
            AssertAgrees(name, [.. Samples.Activations(64 * 20, scale).Select((value, i) => i % 2 == 0 ? value : -value)], channels: 64);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_channel_that_is_no_number_agrees_with_float64_as_documented(string name)
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var activations = Samples.Activations(9 * 49);
            activations.AsSpan(4 * 49, 49).Fill(value);
            AssertAgrees(name, activations, channels: 9);
            Array.Fill(activations, value);
            AssertAgrees(name, activations, channels: 9);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void One_active_channel_agrees_with_float64(string name)
    {
        var activations = new float[512 * 20];
        for (var pixel = 0; pixel < 20; pixel++)
            activations[pixel * 37 % 512 * 20 + pixel] = 0.1f + pixel;
        AssertAgrees(name, activations, channels: 512);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_epsilon_is_used_where_it_is_documented(string name)
    {
        var activations = Samples.Activations(100 * 20, 1e-3f);
        AssertAgrees(name, activations, 100, 1e-3f);
        var (usual, other) = (Compute(name, activations, 100, 1e-7f), Compute(name, activations, 100, 1e-3f));
        if (name is "std" or "mean" or "max" or "truncnormal-mean" or "truncnormal-std" or "truncnormal-entropy")
            Assert.Equal(usual, other);
        else
            Assert.NotEqual(usual, other);
    }

    [Theory]
    [InlineData("shannon")]
    [InlineData("renyi")]
    public void Entropies_may_do_without_epsilon(string name)
    {
        AssertAgrees(name, Samples.Activations(64 * 20), 64, 0);
        Assert.Equal([0f, 0f], Compute(name, new float[64 * 2], 64, 0));
        Assert.Equal([6f, 6f], Compute(name, new float[64 * 2], 64, 1e-7f), (expected, actual) => Math.Abs(expected - actual) < 1e-6);
    }

    [Theory]
    [InlineData(-3f, 1f)]
    [InlineData(-4f, 1f)]
    [InlineData(-5f, 1f)]
    [InlineData(-40f, 1f)]
    [InlineData(-1000f, 0.01f)]
    [InlineData(1000f, 0.01f)]
    public void Truncated_normals_stay_exact_where_little_is_left(float mean, float deviation)
    {
        float[] activations = [.. Samples.Map(40 * 9).Select(value => mean + deviation * 3.5f * (value - 0.5f))];
        foreach (var name in Names.Select(row => row.Data).Where(name => name.StartsWith("truncnormal", StringComparison.Ordinal)))
            AssertAgrees(name, activations, channels: 40);
    }

    [Fact]
    public void Only_the_truncated_normals_take_the_tensor_before_its_activation()
    {
        foreach (var name in Statistic.Names)
        {
            var statistic = Statistic.Create(name)!;
            Assert.Equal(name, statistic.Name);
            Assert.Equal(name.StartsWith("truncnormal", StringComparison.Ordinal), statistic.TakesBeforeActivation);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_arguments_are_refused(string name)
    {
        var statistic = Statistic.Create(name)!;
        Assert.Throws<ArgumentException>(() => statistic.Compute(new float[11], 3, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => statistic.Compute([], 0, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistic.Create(name, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistic.Create(name, float.NaN));
    }

    [Fact]
    public void An_unknown_name_gives_nothing()
    {
        Assert.Null(Statistic.Create("median"));
        Assert.Null(Statistic.Create("SMOE"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_pixels_give_no_values(string name) => Assert.Empty(Compute(name, [], channels: 3, 1e-7f));

    static float[] Compute(string name, float[] activations, int channels, float epsilon)
    {
        var map = new float[activations.Length / channels];
        Array.Fill(map, float.NaN);
        Statistic.Create(name, epsilon)!.Compute(activations, channels, map);
        return map;
    }

    static void AssertAgrees(string name, float[] activations, int channels, float epsilon = 1e-7f)
    {
        var map = Compute(name, activations, channels, epsilon);
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var column = Oracle.Column(activations, channels, pixel);
            var expected = Math.Clamp(Oracle.Statistic(name, column, epsilon), float.MinValue, float.MaxValue);
            if (name == "smoe")
                expected = Math.Max(expected, 0);
            var size = column.Average(Math.Abs) + Oracle.Statistic("std", column, biased: true);
            var tolerance = name switch
            {
                "smoe" => 5e-6 * (column.Average(value => Math.Max(value, 0)) + epsilon + expected),
                "std" or "mean" or "max" => 2e-6 * size,
                "shannon" or "renyi" => 1e-6,
                // float64's own rounding of the sums, then float32's of the result down to where it ends.
                _ => 1e-14 * (size + epsilon) + 2e-7 * Math.Abs(expected) + 1e-38,
            };
            Assert.True(
                float.IsFinite(map[pixel]) && Math.Abs(map[pixel] - expected) <= tolerance,
                $"{name}, {channels} channels, pixel {pixel}: {map[pixel]:R} for {expected:R}, tolerance {tolerance:E2}");
        }
    }
}
