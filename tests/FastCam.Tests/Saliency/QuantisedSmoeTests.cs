using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

public sealed class QuantisedSmoeTests
{
    delegate void Kernel(ByteReader reader, ReadOnlySpan<byte> activations, int channels, Span<float> map, float epsilon, float scale);

    delegate void StepKernel(ReadOnlySpan<byte> activations, int channels, Span<float> map, float epsilon, float scale);

    static readonly PartStatistic Smoe = (PartStatistic)Statistic.Create("smoe")!;

    /// <summary>Each width's body: where the machine lacks a width, .NET emulates it.</summary>
    static readonly (string Name, int Pixels, int Channels, bool ChannelsLast, Kernel Compute)[] Kernels =
    [
        ("512 bits", Lanes512.Count, 1, false, (reader, x, channels, map, epsilon, scale) => SmoeKernel<Lanes512>.Compute(
            reader, x, channels, map.Length, map, epsilon, scale)),
        ("256 bits", Lanes256.Count, 1, false, (reader, x, channels, map, epsilon, scale) => SmoeKernel<Lanes256>.Compute(
            reader, x, channels, map.Length, map, epsilon, scale)),
        ("128 bits", Lanes128.Count, 1, false, (reader, x, channels, map, epsilon, scale) => SmoeKernel<Lanes128>.Compute(
            reader, x, channels, map.Length, map, epsilon, scale)),
        ("512 bits, channels last", 1, Lanes512.Count, true, (reader, x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes512>.Compute(
            reader, x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
        ("256 bits, channels last", 1, Lanes256.Count, true, (reader, x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes256>.Compute(
            reader, x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
        ("128 bits, channels last", 1, Lanes128.Count, true, (reader, x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes128>.Compute(
            reader, x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
    ];

    /// <summary>The same for bytes that are steps as they are.</summary>
    static readonly (string Name, int Pixels, int Channels, bool ChannelsLast, StepKernel Compute)[] StepKernels =
    [
        ("512 bits, steps", Lanes512.Count, 1, false, (x, channels, map, epsilon, scale) => SmoeKernel<Lanes512>.Compute(
            new StepReader(), x, channels, map.Length, map, epsilon, scale)),
        ("256 bits, steps", Lanes256.Count, 1, false, (x, channels, map, epsilon, scale) => SmoeKernel<Lanes256>.Compute(
            new StepReader(), x, channels, map.Length, map, epsilon, scale)),
        ("128 bits, steps", Lanes128.Count, 1, false, (x, channels, map, epsilon, scale) => SmoeKernel<Lanes128>.Compute(
            new StepReader(), x, channels, map.Length, map, epsilon, scale)),
        ("512 bits, steps, channels last", 1, Lanes512.Count, true, (x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes512>.Compute(
            new StepReader(), x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
        ("256 bits, steps, channels last", 1, Lanes256.Count, true, (x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes256>.Compute(
            new StepReader(), x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
        ("128 bits, steps, channels last", 1, Lanes128.Count, true, (x, channels, map, epsilon, scale) => SmoeBlockedKernel<Lanes128>.Compute(
            new StepReader(), x, ChannelBlocks.ChannelsLast(channels), map, epsilon, scale)),
    ];

    [Theory]
    [InlineData(96, 112 * 112, 0.0235f, 0, false)]
    [InlineData(1280, 49, 0.0235f, 0, false)]
    [InlineData(64, 111, 0.125f, 128, false)]
    [InlineData(130, 37, 2, 128, false)]
    [InlineData(144, 56, 0.01f, -128, true)]
    [InlineData(33, 17, 0.5f, 3, true)]
    [InlineData(16, 16, 1e-5f, 255, false)]
    [InlineData(5, 9, 1, 0, false)]
    [InlineData(1, 1, 1, 7, false)]
    [InlineData(2048, 3, 99, 0, false)]
    public void Bytes_give_what_the_numbers_that_they_stand_for_give(int channels, int pixels, float scale, int zeroPoint, bool isSigned)
    {
        var random = new Random(channels);
        var bytes = new byte[channels * pixels];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = random.Next(2) == 0 ? (byte)zeroPoint : (byte)random.Next(256);
        var quantisation = new Quantisation(scale, zeroPoint, isSigned);

        AssertAgrees(bytes, channels, pixels, quantisation);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    [InlineData(255)]
    public void Equal_channels_give_nothing(byte value)
    {
        var bytes = new byte[300 * 49];
        bytes.AsSpan().Fill(value);

        AssertAgrees(bytes, 300, 49, new Quantisation(0.0235f, 0));
        var map = new float[49];
        Smoe.ComputePart(bytes, new Quantisation(0.0235f, value), 300, false, 0, map);
        Assert.All(map, smoe => Assert.Equal(0, smoe));
    }

    [Fact]
    public void Parts_are_what_the_whole_is()
    {
        const int Channels = 70, Pixels = 100;
        var bytes = new byte[Channels * Pixels];
        new Random(3).NextBytes(bytes);
        var quantisation = new Quantisation(0.1f, 10);
        foreach (var channelsLast in (bool[])[false, true])
        {
            var (whole, parts) = (new float[Pixels], new float[Pixels]);
            Smoe.ComputePart(bytes, quantisation, Channels, channelsLast, 0, whole);
            Smoe.ComputePart(bytes, quantisation, Channels, channelsLast, 0, parts.AsSpan(0, 48));
            Smoe.ComputePart(bytes, quantisation, Channels, channelsLast, 48, parts.AsSpan(48));
            Assert.Equal(whole, parts);
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Smoe.ComputePart(new byte[11], new Quantisation(1, 0), 3, false, 0, new float[3]));
        Assert.Throws<ArgumentException>(() => Smoe.ComputePart(new byte[12], new Quantisation(1, 0), 3, true, 2, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoe.ComputePart(new byte[12], new Quantisation(0, 0), 3, false, 0, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Smoe.ComputePart(new byte[12], new Quantisation(1, -1), 3, false, 0, new float[4]));
        Assert.False(Smoe.Supports(new Quantisation(1000, 0)));
        Assert.False(Smoe.Supports(new Quantisation(1e-8f, 0)));
        Assert.False(Smoe.Supports(new Quantisation(float.NaN, 0)));
        Assert.False(Smoe.Supports(new Quantisation(1, 200, IsSigned: true)));
    }

    static void AssertAgrees(byte[] planar, int channels, int pixels, Quantisation quantisation)
    {
        var activations = Array.ConvertAll(
            planar, value => Math.Max(0, ((quantisation.IsSigned ? (sbyte)value : value) - quantisation.ZeroPoint) * quantisation.Scale));
        var last = new byte[planar.Length];
        for (var i = 0; i < last.Length; i++)
            last[i] = planar[i % channels * pixels + i / channels];
        var reader = quantisation.IsSigned ? new ByteReader(0x80, (byte)(quantisation.ZeroPoint + 128)) : new ByteReader(0, (byte)quantisation.ZeroPoint);
        var map = new float[pixels];
        foreach (var (name, smallestMap, fewestChannels, channelsLast, compute) in Kernels)
        {
            if (pixels < smallestMap || channels < fewestChannels)
                continue;
            Array.Fill(map, float.NaN);
            compute(reader, channelsLast ? last : planar, channels, map, SmoeScale.DefaultEpsilon / quantisation.Scale, quantisation.Scale);
            AssertClose(name, activations, channels, map);
        }
        foreach (var (name, smallestMap, fewestChannels, channelsLast, compute) in StepKernels)
        {
            if (pixels < smallestMap || channels < fewestChannels || quantisation is { IsSigned: true } or { ZeroPoint: not 0 })
                continue;
            Array.Fill(map, float.NaN);
            compute(channelsLast ? last : planar, channels, map, SmoeScale.DefaultEpsilon / quantisation.Scale, quantisation.Scale);
            AssertClose(name, activations, channels, map);
        }
        Smoe.ComputePart(planar, quantisation, channels, false, 0, map);
        AssertClose("chosen", activations, channels, map);
        Smoe.ComputePart(last, quantisation, channels, true, 0, map);
        AssertClose("chosen, channels last", activations, channels, map);
    }

    static void AssertClose(string name, float[] activations, int channels, float[] map)
    {
        for (var pixel = 0; pixel < map.Length; pixel++)
        {
            var (smoe, mean) = Oracle.Smoe(activations, channels, pixel, SmoeScale.DefaultEpsilon);
            var expected = Math.Max(smoe, 0);
            Assert.True(Math.Abs(map[pixel] - expected) <= 5e-6 * (mean + expected), $"{name}, pixel {pixel}: {map[pixel]:R} for {expected:R}");
        }
    }
}
