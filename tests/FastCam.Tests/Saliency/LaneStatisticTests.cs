using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

/// <summary>std, mean and max, on every width and in columns, against float64.</summary>
public sealed class LaneStatisticTests
{
    [Theory]
    [InlineData(64, 112 * 112)]
    [InlineData(256, 56 * 56)]
    [InlineData(2048, 7 * 7)]
    [InlineData(1, 1)]
    [InlineData(1, 49)]
    [InlineData(2048, 1)]
    [InlineData(3, 2)]
    [InlineData(7, 4)]
    [InlineData(8, 9)]
    [InlineData(9, 17)]
    [InlineData(131, 33)]
    [InlineData(12, 511)]
    [InlineData(12, 512)]
    [InlineData(12, 513)]
    [InlineData(12, 527)]
    public void Random_activations_agree_with_float64(int channels, int pixels)
    {
        var activations = Samples.Activations(channels * pixels);
        AssertAgrees(activations, channels);
        AssertAgrees([.. activations.Select((value, i) => i % 2 == 0 ? value : -value)], channels);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e-7f)]
    [InlineData(1e-15f)]
    [InlineData(1e18f)]
    [InlineData(1e30f)]
    [InlineData(float.MaxValue)]
    public void Any_scale_agrees_with_float64(float scale) =>
        AssertAgrees(Samples.Activations(200 * 37, scale), 200);

    [Theory]
    [InlineData(0f, 16)]
    [InlineData(0.1f, 2048)]
    [InlineData(-0.7f, 8191)]
    [InlineData(1e4f, 2047)]
    [InlineData(float.MaxValue, 64)]
    public void Equal_channels_have_no_deviation_at_all(float value, int channels)
    {
        var activations = new float[channels * 49];
        Array.Fill(activations, value);
        AssertAgrees(activations, channels);
        foreach (var (name, compute) in Kernels(new StandardDeviationStatistic(biased: false), 49))
        {
            var map = Samples.Map(49);
            compute(activations, channels, map);
            Assert.All(map, deviation => Assert.True(deviation == 0, name));
        }
    }

    [Theory]
    [InlineData(1000f, 1e-3f)]
    [InlineData(-1f, 1e-6f)]
    public void A_small_deviation_beside_a_large_mean_is_not_lost(float mean, float deviation) =>
        AssertAgrees([.. Samples.Activations(2048 * 20).Select(value => mean + deviation * value)], 2048);

    [Fact]
    public void One_outlier_among_many_channels_agrees_with_float64()
    {
        var activations = Samples.Activations(2048 * 20, 0.1f);
        for (var pixel = 0; pixel < 20; pixel++)
            activations[pixel * 101 % 2048 * 20 + pixel] = 30;
        AssertAgrees(activations, 2048);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_no_number_stays_in_its_pixel_and_gives_a_number(float value)
    {
        foreach (var position in new[] { 0, 49 * 10 + 7, 49 * 127 + 48, 49 * 130 + 3 })
        {
            var activations = Samples.Activations(131 * 49);
            activations[position] = value;
            AssertAgrees(activations, 131);
        }

        var channel = Samples.Activations(9 * 49);
        channel.AsSpan(4 * 49, 49).Fill(value);
        AssertAgrees(channel, 9);
        Array.Fill(channel, value);
        AssertAgrees(channel, 9);
    }

    static void AssertAgrees(float[] activations, int channels)
    {
        var map = new float[activations.Length / channels];
        foreach (var biased in new[] { false, true })
        {
            foreach (var statistic in new LaneStatistic[] { new StandardDeviationStatistic(biased), new MeanStatistic(), new MaxStatistic() })
            {
                foreach (var (name, compute) in Kernels(statistic, map.Length))
                {
                    Array.Fill(map, float.NaN);
                    compute(activations, channels, map);
                    for (var pixel = 0; pixel < map.Length; pixel++)
                    {
                        var column = Oracle.Column(activations, channels, pixel);
                        var expected = Oracle.Statistic(statistic.Name, column, biased: biased);
                        var tolerance = statistic.Name == "max" ? 0 : 2e-6 * (Math.Abs(column.Average()) + Oracle.Statistic("std", column, biased: true));
                        Assert.True(
                            float.IsFinite(map[pixel]) && Math.Abs(map[pixel] - expected) <= tolerance,
                            $"{statistic.Name}, {name}, pixel {pixel}: {map[pixel]:R} for {expected:R}, tolerance {tolerance:E2}");
                    }
                }
            }
        }
    }

    delegate void Kernel(ReadOnlySpan<float> activations, int channels, Span<float> map);

    /// <summary>The chosen body, then each width's: where the machine lacks a width, .NET emulates it.</summary>
    static IEnumerable<(string Name, Kernel Compute)> Kernels(LaneStatistic statistic, int pixels)
    {
        yield return ("chosen", statistic.Compute);
        yield return ("columns", (activations, channels, map) => statistic.ComputeColumns(
            new NumberReader(), activations, ChannelBlocks.Planar(channels, map.Length), map, 0, map.Length, LinearScale.Identity));
        if (pixels >= Lanes128.Count)
            yield return ("128 bits", Of<Lanes128>(statistic));
        if (pixels >= Lanes256.Count)
            yield return ("256 bits", Of<Lanes256>(statistic));
        if (pixels >= Lanes512.Count)
            yield return ("512 bits", Of<Lanes512>(statistic));
    }

    static Kernel Of<T>(LaneStatistic statistic) where T : unmanaged, ILanes<T> =>
        (activations, channels, map) => statistic.Compute<T, float, NumberReader>(
            new NumberReader(), activations, ChannelBlocks.Planar(channels, map.Length), map, LinearScale.Identity);
}
