using FastCam.Saliency.Simd;
using FastCam.Saliency.Statistics;

namespace FastCam.Tests.Saliency;

public sealed class SmoeScaleTests
{
    delegate void Kernel(ReadOnlySpan<float> activations, int channels, Span<float> map, float epsilon);

    /// <summary>The chosen body, then each width's: where the machine lacks a width, .NET emulates it.</summary>
    static readonly (string Name, int Lanes, Kernel Compute)[] Kernels =
    [
        ("chosen", 1, SmoeScale.Compute),
        ("512 bits", Lanes512.Count, SmoeKernel<Lanes512>.Compute),
        ("256 bits", Lanes256.Count, SmoeKernel<Lanes256>.Compute),
        ("128 bits", Lanes128.Count, SmoeKernel<Lanes128>.Compute),
        ("columns", 1, (activations, channels, map, epsilon) => SmoeColumn.Compute(
            new FloatReader(), activations, ChannelBlocks.Planar(channels, map.Length), map, epsilon, 1, 0, map.Length)),
    ];

    [Theory]
    [InlineData(64, 112 * 112)]
    [InlineData(256, 56 * 56)]
    [InlineData(512, 28 * 28)]
    [InlineData(1024, 14 * 14)]
    [InlineData(2048, 7 * 7)]
    [InlineData(1, 1)]
    [InlineData(1, 49)]
    [InlineData(2048, 1)]
    [InlineData(3, 2)]
    [InlineData(5, 3)]
    [InlineData(7, 4)]
    [InlineData(130, 5)]
    [InlineData(129, 9)]
    [InlineData(131, 17)]
    [InlineData(127, 33)]
    [InlineData(12, 511)]
    [InlineData(12, 512)]
    [InlineData(12, 513)]
    [InlineData(12, 527)]
    public void Random_activations_agree_with_float64(int channels, int pixels) =>
        AssertAgrees(Samples.Activations(channels * pixels), channels);

    [Theory]
    [InlineData(1e4f)]
    [InlineData(65504f)]
    [InlineData(1e-7f)]
    [InlineData(1e-20f)]
    [InlineData(3e9f)]
    [InlineData(1e30f)]
    public void Any_scale_agrees_with_float64(float scale) =>
        AssertAgrees(Samples.Activations(200 * 37, scale), 200);

    [Fact]
    public void Scales_mixed_in_one_pixel_agree_with_float64()
    {
        var activations = Samples.Activations(256 * 49);
        for (var i = 0; i < activations.Length; i++)
            activations[i] *= MathF.Pow(10, i % 13 - 8);
        AssertAgrees(activations, 256);
    }

    [Theory]
    [InlineData(0f, 16)]
    [InlineData(0.75f, 16)]
    [InlineData(0.1f, 2048)]
    [InlineData(0.7f, 8191)]
    [InlineData(1e4f, 2048)]
    [InlineData(1e30f, 64)]
    public void Equal_channels_give_nothing_and_the_same_at_every_pixel(float value, int channels)
    {
        var activations = new float[channels * 49];
        Array.Fill(activations, value);
        AssertAgrees(activations, channels);
        foreach (var (name, _, compute) in Kernels)
        {
            var map = new float[49];
            compute(activations, channels, map, SmoeScale.DefaultEpsilon);
            Assert.All(map, smoe => Assert.True(smoe == map[0], name));
        }
    }

    [Fact]
    public void Channels_that_are_all_zero_give_exactly_nothing()
    {
        foreach (var (name, _, compute) in Kernels)
        {
            var map = Samples.Map(49);
            compute(new float[2048 * 49], 2048, map, SmoeScale.DefaultEpsilon);
            Assert.All(map, smoe => Assert.True(smoe == 0, name));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(2048)]
    public void One_active_channel_agrees_with_float64(int channels)
    {
        var activations = new float[channels * 49];
        for (var pixel = 0; pixel < 49; pixel++)
            activations[pixel * 37 % channels * 49 + pixel] = 0.5f + pixel;
        AssertAgrees(activations, channels);
    }

    [Theory]
    [InlineData(1e-9f)]
    [InlineData(1e-6f)]
    [InlineData(1f)]
    public void The_epsilon_is_used(float epsilon) =>
        AssertAgrees(Samples.Activations(100 * 65), 100, epsilon);

    [Fact]
    public void Negative_values_count_as_zero()
    {
        var activations = Samples.Activations(70 * 50);
        var negative = activations.Select((x, i) => x == 0 && i % 3 == 0 ? -1 - i : x).ToArray();
        Assert.NotEqual(activations, negative);
        AssertAgrees(negative, 70);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_value_that_is_no_number_stays_in_its_pixel_and_gives_a_number(float value)
    {
        foreach (var position in new[] { 0, 49 * 10 + 7, 49 * 127 + 48, 49 * 130 + 3 })
        {
            var activations = Samples.Activations(131 * 49);
            activations[position] = value;
            AssertAgrees(activations, 131);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_channel_that_is_no_number_gives_numbers(float value)
    {
        var activations = Samples.Activations(9 * 49);
        activations.AsSpan(4 * 49, 49).Fill(value);
        AssertAgrees(activations, 9);
    }

    [Theory]
    [InlineData("A_L4")]
    [InlineData("A_L5")]
    [InlineData("T_constant_16x8x8")]
    [InlineData("T_batch3_8x12x10")]
    [InlineData("T_onehot_32x16x16")]
    public void Reference_tensors_agree(string tensor)
    {
        var shape = Golden.Shape($"{tensor}/act.f32");
        var (images, channels, pixels) = (shape[0], shape[1], shape[2] * shape[3]);
        var activations = Golden.Floats($"{tensor}/act.f32");
        var authors = Golden.Floats($"{tensor}/ref_smoe.f32");
        var exact = Golden.Doubles($"{tensor}/f64_smoe_eq2_eps1e-7.f64");
        var means = Golden.Doubles($"{tensor}/f64_mean.f64");
        var map = new float[images * pixels];
        for (var n = 0; n < images; n++)
            SmoeScale.Compute(activations.AsSpan(n * channels * pixels, channels * pixels), channels, map.AsSpan(n * pixels, pixels));
        for (var i = 0; i < map.Length; i++)
        {
            Assert.InRange(map[i], authors[i] - 3e-5 * (means[i] + 1e-7), authors[i] + 3e-5 * (means[i] + 1e-7));
            Assert.InRange(map[i], exact[i] - 5e-6 * (means[i] + exact[i]), exact[i] + 5e-6 * (means[i] + exact[i]));
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SmoeScale.Compute(new float[11], 3, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoeScale.Compute(new float[0], 0, new float[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoeScale.Compute(new float[4], 1, new float[4], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoeScale.Compute(new float[4], 1, new float[4], float.NaN));
    }

    static void AssertAgrees(float[] activations, int channels, float epsilon = SmoeScale.DefaultEpsilon)
    {
        var map = new float[activations.Length / channels];
        foreach (var (name, lanes, compute) in Kernels)
        {
            if (map.Length < lanes)
                continue;
            Array.Fill(map, float.NaN);
            compute(activations, channels, map, epsilon);
            for (var pixel = 0; pixel < map.Length; pixel++)
            {
                var (smoe, mean) = Oracle.Smoe(activations, channels, pixel, epsilon);
                var expected = Math.Clamp(smoe, 0, float.MaxValue);
                var error = Math.Abs(map[pixel] - expected);
                Assert.True(
                    float.IsFinite(map[pixel]) && map[pixel] >= 0 && error <= 5e-6 * (mean + expected),
                    $"{name}, pixel {pixel}: {map[pixel]:R} for {expected:R}, off by {error / (mean + expected):E2} of mean + SMOE");
            }
        }
    }
}
