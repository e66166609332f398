using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Saliency;

public sealed class NormalisationTests
{
    public static TheoryData<string> Names { get; } = new(Normalisation.Names);

    public static TheoryData<string> OwnNames { get; } = new(Normalisation.Names.Where(name => name != "gauss-fixed"));

    [Theory]
    [InlineData(2)]
    [InlineData(49)]
    [InlineData(1001)]
    public void Gamma_agrees_with_float64(int pixels)
    {
        AssertGamma(Samples.Map(pixels));
        AssertGamma(Samples.Activations(pixels));
        AssertGamma([.. Samples.Map(pixels).Select(value => -MathF.Log(1 - value))]);
        AssertGamma([.. Samples.Map(pixels).Select(value => 5 + 1e-3f * value)]);
    }

    [Theory]
    [InlineData(1e4f)]
    [InlineData(1e-7f)]
    [InlineData(1e-12f)]
    [InlineData(1e20f)]
    public void Gamma_agrees_with_float64_at_any_scale(float scale) => AssertGamma([.. Samples.Map(200).Select(value => value * scale)]);

    /// <summary>k is held to 18 where hardly any pixel differs, and the rest must keep its order beside one that is huge.</summary>
    [Fact]
    public void Gamma_agrees_with_float64_where_the_fit_is_extreme()
    {
        AssertGamma([.. Samples.Map(200).Select((value, i) => i == 0 ? 0 : 1 + 1e-4f * value)]);
        AssertGamma([.. Samples.Map(200).Select((value, i) => i == 77 ? float.MaxValue : value)]);
    }

    [Fact]
    public void Range_goes_from_the_smallest_to_the_largest()
    {
        Assert.Equal([0f, 0.25f, 1f], Apply("range", [-1, 0, 3]));
        Assert.Equal([0f, 0.5f, 1f], Apply("range", [float.NegativeInfinity, float.NaN, float.PositiveInfinity]));
    }

    [Fact]
    public void Gauss_is_the_paper_s()
    {
        var map = Samples.Map(100);
        var expected = new float[100];
        GaussNormalisation.Apply(map, expected);
        Assert.Equal(expected, Apply("gauss", map));
    }

    [Fact]
    public void Fixed_moments_are_each_layer_s_own()
    {
        var moments = new GaussMoments[] { new(0, 1), new(0.5, 2) };
        var normalisation = Normalisation.Create("gauss-fixed", 2, new NormalisationOptions { Fixed = moments });
        var map = Samples.Map(100);
        var (expected, actual) = (new float[100], new float[100]);
        for (var layer = 0; layer < 2; layer++)
        {
            GaussNormalisation.Apply(map, expected, moments[layer]);
            normalisation.Apply(layer, map, actual, TimeSpan.Zero);
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(OwnNames))]
    public void A_map_without_differences_is_one_half(string name)
    {
        foreach (var value in new[] { 0, 0.1f, 1e4f, 1e-7f, -3, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (var pixels in new[] { 1, 7, 49 })
            {
                var map = new float[pixels];
                Array.Fill(map, value);
                Assert.All(Apply(name, map), normalised => Assert.Equal(0.5f, normalised));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_that_is_no_number_gives_numbers(string name)
    {
        foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            var map = Samples.Map(49);
            map[17] = value;
            Assert.All(Apply(name, map), normalised => Assert.InRange(normalised, 0f, 1f));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_place_and_apart_are_the_same(string name)
    {
        var map = Samples.Map(101);
        var apart = Apply(name, map);
        Create(name).Apply(0, map, map, TimeSpan.Zero);
        Assert.Equal(apart, map);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Different_lengths_are_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Create(name).Apply(0, new float[3], new float[4], TimeSpan.Zero));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_knows_its_name(string name) => Assert.Equal(name, Create(name).Name);

    [Fact]
    public void What_cannot_be_used_is_refused_in_one_sentence()
    {
        AssertRefused("softmax", null, "There is no normalisation \"softmax\"; there are gauss, gauss-fixed, gauss-running, gamma, range.");
        AssertRefused("gauss-fixed", null, "needs a mean and a sigma for each layer");
        AssertRefused("gauss-fixed", new() { Fixed = [new(0, 1)] }, "for 1 layers; there are 2");
        AssertRefused("gauss-fixed", new() { Fixed = [new(0, 1), new(0, 0)] }, "the sigma 0");
        AssertRefused("gauss-fixed", new() { Fixed = [new(0, 1), new(double.NaN, 1)] }, "the mean NaN");
        AssertRefused("gauss-running", new() { HalfLife = TimeSpan.Zero }, "longer than nothing");
        Assert.Throws<ArgumentOutOfRangeException>(() => Normalisation.Create("gauss", 0));
    }

    static void AssertRefused(string name, NormalisationOptions? options, string reason)
    {
        var message = Assert.Throws<ArgumentException>(() => Normalisation.Create(name, 2, options)).Message;
        Assert.Contains(reason, message);
        Assert.EndsWith(".", message);
    }

    static void AssertGamma(float[] map)
    {
        var expected = Oracle.Gamma(map);
        var actual = Apply("gamma", map);
        for (var i = 0; i < map.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-6);
    }

    static float[] Apply(string name, float[] map)
    {
        var normalised = new float[map.Length];
        Array.Fill(normalised, float.NaN);
        Create(name).Apply(0, map, normalised, TimeSpan.Zero);
        return normalised;
    }

    static Normalisation Create(string name) => Normalisation.Create(name, 1, new NormalisationOptions { Fixed = [new(0.5, 0.3)] });
}
