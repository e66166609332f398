using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

/// <summary>SMOE Scale of parts of an image, and of the blocked layout.</summary>
public sealed class SmoePartTests
{
    delegate void Kernel(ReadOnlySpan<float> activations, int channels, int block, int stride, Span<float> map, float epsilon);

    static readonly PartStatistic Smoe = (PartStatistic)Statistic.Create("smoe")!;

    /// <summary>Each width's body: where the machine lacks a width, .NET emulates it.</summary>
    static readonly (string Name, int Lanes, Kernel Compute)[] Kernels =
    [
        ("512 bits", Lanes512.Count, (activations, channels, block, stride, map, epsilon) => SmoeBlockedKernel<Lanes512>.Compute(
            new FloatReader(), activations, new ChannelBlocks(channels, block, stride), map, epsilon, 1)),
        ("256 bits", Lanes256.Count, (activations, channels, block, stride, map, epsilon) => SmoeBlockedKernel<Lanes256>.Compute(
            new FloatReader(), activations, new ChannelBlocks(channels, block, stride), map, epsilon, 1)),
        ("128 bits", Lanes128.Count, (activations, channels, block, stride, map, epsilon) => SmoeBlockedKernel<Lanes128>.Compute(
            new FloatReader(), activations, new ChannelBlocks(channels, block, stride), map, epsilon, 1)),
        ("columns", 1, (activations, channels, block, stride, map, epsilon) => SmoeColumn.Compute(
            new FloatReader(), activations, new ChannelBlocks(channels, block, stride), map, epsilon, 1, 0, map.Length)),
        ("chosen", 1, (activations, channels, block, stride, map, epsilon) => Smoe.ComputeBlockedPart(activations, channels, block, 0, map)),
    ];

    [Theory]
    [InlineData(64, 112 * 112, 16)]
    [InlineData(2048, 49, 16)]
    [InlineData(2048, 49, 8)]
    [InlineData(144, 56, 16)]
    [InlineData(1000, 169, 16)]
    [InlineData(24, 100, 16)]
    [InlineData(7, 3, 16)]
    [InlineData(1, 1, 8)]
    [InlineData(33, 31, 8)]
    [InlineData(131, 33, 8)]
    [InlineData(17, 1025, 16)]
    public void A_blocked_tensor_agrees_with_float64(int channels, int pixels, int block)
    {
        var activations = Samples.Activations(channels * pixels);

        AssertAgrees(activations, channels, pixels, block, filler: 0);
        AssertAgrees(activations, channels, pixels, block, filler: 0.5f);
    }

    [Theory]
    [InlineData(1e30f)]
    [InlineData(65504f)]
    [InlineData(1e-20f)]
    public void Any_scale_agrees_with_float64(float scale) => AssertAgrees(Samples.Activations(200 * 37, scale), 200, 37, 16, 0);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-3f)]
    public void A_value_that_is_none_counts_as_in_the_planar_layout_and_beyond_the_channels_not_at_all(float value)
    {
        var activations = Samples.Activations(131 * 49);
        AssertAgrees(activations, 131, 49, 16, filler: value);
        activations[49 * 130 + 3] = value;
        activations[7] = value;
        AssertAgrees(activations, 131, 49, 16, 0);
    }

    [Fact]
    public void Channels_that_are_all_zero_give_exactly_nothing()
    {
        foreach (var (name, _, compute) in Kernels)
        {
            var map = Samples.Map(49);
            compute(new float[2048 * 49], 2048, 16, 49, map, SmoeScale.DefaultEpsilon);
            Assert.All(map, smoe => Assert.True(smoe == 0, name));
        }
    }

    [Theory]
    [InlineData(64, 56 * 56)]
    [InlineData(300, 49)]
    [InlineData(5, 700)]
    public void Parts_are_what_the_whole_is(int channels, int pixels)
    {
        var activations = Samples.Activations(channels * pixels);
        var blocked = Block(activations, channels, pixels, 8, 0);
        var (whole, wholeBlocked) = (new float[pixels], new float[pixels]);
        SmoeScale.Compute(activations, channels, whole);
        Smoe.ComputeBlockedPart(blocked, channels, 8, 0, wholeBlocked);
        foreach (var cut in new[] { 16, 32, pixels - 17 })
        {
            var (parts, partsBlocked) = (new float[pixels], new float[pixels]);
            Smoe.ComputePart(activations, channels, 0, parts.AsSpan(0, cut));
            Smoe.ComputePart(activations, channels, cut, parts.AsSpan(cut));
            Smoe.ComputeBlockedPart(blocked, channels, 8, 0, partsBlocked.AsSpan(0, cut));
            Smoe.ComputeBlockedPart(blocked, channels, 8, cut, partsBlocked.AsSpan(cut));
            Assert.Equal(whole, parts);
            Assert.Equal(wholeBlocked, partsBlocked);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Smoe.ComputePart(new float[12], 3, 1, new float[4]));
        Assert.Throws<ArgumentException>(() => Smoe.ComputePart(new float[11], 3, 0, new float[2]));
        Assert.Throws<ArgumentException>(() => Smoe.ComputePart(new float[12], 3, -1, new float[2]));
        Assert.Throws<ArgumentException>(() => Smoe.ComputeBlockedPart(new float[12], 3, 8, 0, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoe.ComputeBlockedPart(new float[12], 3, 4, 0, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoe.ComputePart([], 0, 0, []));
    }

    static void AssertAgrees(float[] activations, int channels, int pixels, int block, float filler)
    {
        var blocked = Block(activations, channels, pixels, block, filler);
        var map = new float[pixels];
        foreach (var (name, lanes, compute) in Kernels)
        {
            if (block % lanes != 0)
                continue;
            Array.Fill(map, float.NaN);
            compute(blocked, channels, block, pixels, map, SmoeScale.DefaultEpsilon);
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                var (smoe, mean) = Oracle.Smoe(activations, channels, pixel, SmoeScale.DefaultEpsilon);
                var expected = Math.Clamp(smoe, 0, float.MaxValue);
                Assert.True(
                    float.IsFinite(map[pixel]) && map[pixel] >= 0 && Math.Abs(map[pixel] - expected) <= 5e-6 * (mean + expected),
                    $"{name}, pixel {pixel}: {map[pixel]:R} for {expected:R}");
            }
        }
    }

    /// <summary>A planar tensor in blocks, what is left of the last filled up with one value.</summary>
    internal static float[] Block(float[] activations, int channels, int pixels, int block, float filler)
    {
        var blocks = (channels + block - 1) / block;
        var blocked = new float[blocks * pixels * block];
        for (var i = 0; i < blocked.Length; i++)
        {
            var channel = i / (pixels * block) * block + i % block;
            blocked[i] = channel < channels ? activations[channel * pixels + i / block % pixels] : filler;
        }
        return blocked;
    }
}
