using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

/// <summary>std, mean and max of parts, in blocks, and of bytes, on every width, against float64.</summary>
public sealed class LanePartTests
{
    static readonly LaneStatistic[] Statistics =
        [new StandardDeviationStatistic(biased: false), new StandardDeviationStatistic(biased: true), new MeanStatistic(), new MaxStatistic()];

    [Theory]
    [InlineData(64, 200, 16)]
    [InlineData(2048, 49, 16)]
    [InlineData(144, 33, 8)]
    [InlineData(1000, 17, 16)]
    [InlineData(131, 33, 8)]
    [InlineData(24, 100, 16)]
    [InlineData(7, 3, 16)]
    [InlineData(1, 1, 8)]
    public void A_blocked_tensor_agrees_with_float64(int channels, int pixels, int block)
    {
        var activations = Samples.Activations(channels * pixels);
        for (var i = 0; i < activations.Length; i += 3)
            activations[i] = 1 - activations[i];
        AssertAgrees(activations, channels, pixels, block, filler: 0.5f);
    }

    [Theory]
    [InlineData(1000f, 1e-3f)]
    [InlineData(-1f, 1e-6f)]
    public void A_small_deviation_beside_a_large_mean_is_not_lost(float mean, float deviation) =>
        AssertAgrees([.. Samples.Activations(500 * 20).Select(value => mean + deviation * value)], 500, 20, 16, 0);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_no_number_stays_in_its_pixel_and_beyond_the_channels_does_not_count(float value)
    {
        var activations = Samples.Activations(131 * 49);
        AssertAgrees(activations, 131, 49, 16, filler: value);
        activations[49 * 130 + 3] = value;
        AssertAgrees(activations, 131, 49, 16, filler: 0);
    }

    [Theory]
    [InlineData(96, 784, 0.0235f, 0, false)]
    [InlineData(1280, 49, 0.0235f, 0, false)]
    [InlineData(64, 111, 0.125f, 128, false)]
    [InlineData(33, 17, 0.5f, -3, true)]
    [InlineData(5, 9, 1000, 255, false)]
    [InlineData(1, 1, 1e-6f, 7, false)]
    public void Bytes_give_what_the_numbers_that_they_stand_for_give(int channels, int pixels, float scale, int zeroPoint, bool isSigned)
    {
        var bytes = new byte[channels * pixels];
        new Random(channels).NextBytes(bytes);
        var last = new byte[bytes.Length];
        for (var i = 0; i < last.Length; i++)
            last[i] = bytes[i % channels * pixels + i / channels];
        var quantisation = new Quantisation(scale, zeroPoint, isSigned);
        var activations = Array.ConvertAll(bytes, value => ((isSigned ? (sbyte)value : value) - zeroPoint) * scale);
        var (map, part) = (new float[pixels], new float[pixels]);
        foreach (var statistic in Statistics)
        {
            Assert.True(statistic.Supports(quantisation));
            foreach (var channelsLast in (bool[])[false, true])
            {
                statistic.ComputePart(channelsLast ? last : bytes, quantisation, channels, channelsLast, 0, map);
                AssertClose($"{statistic.Name}, {(channelsLast ? "channels last" : "planar")}", statistic, activations, channels, map, 255 * scale);
                if (pixels < 48)
                    continue;
                statistic.ComputePart(channelsLast ? last : bytes, quantisation, channels, channelsLast, 0, part.AsSpan(0, 16));
                statistic.ComputePart(channelsLast ? last : bytes, quantisation, channels, channelsLast, 16, part.AsSpan(16));
                Assert.Equal(map, part);
            }
        }
    }

    [Fact]
    public void Parts_are_what_the_whole_is()
    {
        const int Channels = 70, Pixels = 100;
        var activations = Samples.Activations(Channels * Pixels);
        var blocked = SmoePartTests.Block(activations, Channels, Pixels, 8, 0);
        var (whole, parts) = (new float[Pixels], new float[Pixels]);
        foreach (var statistic in Statistics)
        {
            statistic.Compute(activations, Channels, whole);
            statistic.ComputePart(activations, Channels, 0, parts.AsSpan(0, 32));
            statistic.ComputePart(activations, Channels, 32, parts.AsSpan(32));
            Assert.Equal(whole, parts);
            statistic.ComputeBlockedPart(blocked, Channels, 8, 0, whole);
            statistic.ComputeBlockedPart(blocked, Channels, 8, 0, parts.AsSpan(0, 32));
            statistic.ComputeBlockedPart(blocked, Channels, 8, 32, parts.AsSpan(32));
            Assert.Equal(whole, parts);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Statistics[0].ComputePart(new float[12], 3, 1, new float[4]));
        Assert.Throws<ArgumentException>(() => Statistics[0].ComputeBlockedPart(new float[12], 3, 8, 0, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Statistics[0].ComputePart(new byte[12], new Quantisation(1, 300), 3, false, 0, new float[4]));
    }

    static void AssertAgrees(float[] activations, int channels, int pixels, int block, float filler)
    {
        var blocked = SmoePartTests.Block(activations, channels, pixels, block, filler);
        var layout = new ChannelBlocks(channels, block, pixels);
        var map = new float[pixels];
        foreach (var statistic in Statistics)
        {
            statistic.ComputeBlockedPart(blocked, channels, block, 0, map);
            AssertClose($"{statistic.Name}, chosen", statistic, activations, channels, map, 0);
            statistic.ComputeBlocked<Lanes128, float, NumberReader>(new NumberReader(), blocked, layout, map, LinearScale.Identity);
            AssertClose($"{statistic.Name}, 128 bits", statistic, activations, channels, map, 0);
            statistic.ComputeBlocked<Lanes256, float, NumberReader>(new NumberReader(), blocked, layout, map, LinearScale.Identity);
            AssertClose($"{statistic.Name}, 256 bits", statistic, activations, channels, map, 0);
            if (block < Lanes512.Count)
                continue;
            statistic.ComputeBlocked<Lanes512, float, NumberReader>(new NumberReader(), blocked, layout, map, LinearScale.Identity);
            AssertClose($"{statistic.Name}, 512 bits", statistic, activations, channels, map, 0);
        }
    }

    static void AssertClose(string what, Statistic statistic, float[] activations, int channels, float[] map, float range)
    {
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var column = Oracle.Column(activations, channels, pixel);
            var expected = Oracle.Statistic(statistic.Name, column, biased: statistic == Statistics[1]);
            var tolerance = 2e-6 * (Math.Abs(column.Average()) + Oracle.Statistic("std", column, biased: true) + range);
            Assert.True(
                float.IsFinite(map[pixel]) && Math.Abs(map[pixel] - expected) <= tolerance,
                $"{what}, pixel {pixel}: {map[pixel]:R} for {expected:R}, tolerance {tolerance:E2}");
        }
    }
}
