using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;
using FastCam.Saliency.Statistics;
using FsCheck;
using FsCheck.Fluent;

namespace FastCam.Tests.Saliency;

/// <summary>What holds for any tensor, any map and any weights.</summary>
public sealed class MethodProperties
{
    /// <summary>A few units in the last place of a value in 0..1.</summary>
    const float Rounding = 2e-7f;

    static readonly Config Quietly = Config.QuickThrowOnFailure.WithQuietOnSuccess(true);

    static readonly Gen<float> Value = Gen.OneOf(
        Gen.Choose(0, 1_000_000).Select(i => i / 1e5f),
        Gen.Choose(-380, 380).Select(i => MathF.Pow(10, i / 10f)),
        Gen.Choose(-380, 380).Select(i => -MathF.Pow(10, i / 10f)),
        Gen.Elements(0, 0, 0, 1, 1e4f, 1e-7f, float.Epsilon, float.MaxValue, float.MinValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity));

    static readonly Gen<float> Activation = Gen.Choose(0, 100_000).Select(i => Math.Max(0, (i - 50_000) / 1e4f));

    static readonly Arbitrary<float[]> Maps = Sized(1, 150).SelectMany(pixels => Value.ArrayOf(pixels)).ToArbitrary();

    static readonly Arbitrary<Tensor> WildTensors = Tensors(Value);

    static readonly Arbitrary<Tensor> PlainTensors = Tensors(Activation);

    [Fact]
    public void Every_normalisation_gives_0_to_1() =>
        ForAll(Maps, map => Normalisation.Names.All(name => Normalised(name, map).All(value => value is >= 0 and <= 1)));

    [Theory]
    [InlineData("gauss", Rounding)]
    [InlineData("gamma", 0)]
    [InlineData("range", 0)]
    public void The_order_of_pixels_is_kept(string name, float rounding) => ForAll(Maps, map =>
    {
        float[] values = [.. map.Select(value => float.IsNaN(value) ? 0 : value)];
        var normalised = Normalised(name, map);
        Array.Sort(values, normalised);
        var highest = 0f;
        foreach (var value in normalised)
        {
            if (value < highest - rounding)
                return false;
            highest = Math.Max(highest, value);
        }

        return true;
    });

    [Fact]
    public void Every_statistic_is_finite() =>
        ForAll(WildTensors, tensor => Statistic.Names.All(name => tensor.Map(name).All(float.IsFinite)));

    [Fact]
    public void Smoe_is_never_negative() =>
        ForAll(WildTensors, tensor => tensor.Map("smoe").All(value => value >= 0));

    [Fact]
    public void Smoe_of_equal_channels_is_nothing_but_rounding()
    {
        var columns = Sized(1, 600).SelectMany(channels => Gen.Choose(0, 1_000_000).Select(i => (Channels: channels, Value: i / 1e5f)));
        ForAll(columns.ToArbitrary(), column =>
        {
            var values = new float[column.Channels * 20];
            Array.Fill(values, column.Value);
            return new Tensor(values, column.Channels).Map("smoe").All(smoe => smoe <= 5e-6f * (column.Value + 1e-7f));
        });
    }

    [Fact]
    public void Smoe_is_homogeneous_in_values_and_epsilon() => ForAll(PlainTensors, Gen.Choose(-9, 9).ToArbitrary(), (tensor, exponent) =>
    {
        var factor = MathF.Pow(2, exponent);
        return AreProportional(tensor, tensor.Map("smoe", 1e-6f), factor, tensor.Times(factor).Map("smoe", 1e-6f * factor));
    });

    /// <summary>Only without zeros: a zero's logarithm is that of epsilon, however small.</summary>
    [Fact]
    public void Smoe_is_homogeneous_where_epsilon_is_small_beside_every_value() => ForAll(PlainTensors, Gen.Choose(0, 30).ToArbitrary(), (tensor, exponent) =>
    {
        var (positive, factor) = (new Tensor([.. tensor.Values.Select(value => value + 0.1f)], tensor.Channels), MathF.Pow(2, exponent));
        return AreProportional(positive, positive.Map("smoe", 1e-9f), factor, positive.Times(factor).Map("smoe", 1e-9f));
    });

    static bool AreProportional(Tensor tensor, float[] smoe, float factor, float[] scaled)
    {
        var mean = tensor.Map("mean");
        return smoe.Select((value, i) => Math.Abs(value * factor - scaled[i]) <= factor * 1e-5f * (mean[i] + value + 1e-6f)).All(close => close);
    }

    [Fact]
    public void Shannon_s_entropy_lies_between_Renyi_s_and_the_logarithm_of_the_channels() => ForAll(PlainTensors, tensor =>
    {
        var (shannon, renyi, most) = (tensor.Map("shannon"), tensor.Map("renyi"), Math.Log2(tensor.Channels) + 1e-5);
        return shannon.Select((value, i) => renyi[i] >= 0 && renyi[i] <= value + 1e-5 && value <= most).All(ordered => ordered);
    });

    [Fact]
    public void Scaling_all_weights_changes_nothing()
    {
        var weights = Gen.Choose(1, 1000).Select(i => i / 100f).ArrayOf(3);
        ForAll(weights.ToArbitrary(), Gen.Choose(-20, 20).Select(i => MathF.Pow(10, i / 4f)).ToArbitrary(), (weight, factor) =>
        {
            var (plain, scaled) = (Combined(weight), Combined([.. weight.Select(value => value * factor)]));
            return plain.Select((value, i) => Math.Abs(value - scaled[i]) <= Rounding).All(close => close);
        });
    }

    static float[] Combined(float[] weights)
    {
        MapSize[] sizes = [new(8, 8), new(4, 4), new(2, 2)];
        var target = new MapSize(16, 16);
        var combination = new ScaleCombination(sizes, target, weights);
        var combined = new float[target.Pixels];
        combination.Combine([.. sizes.Select((size, layer) => Samples.Map(size.Pixels, seed: layer))], combined);
        return combined;
    }

    static float[] Normalised(string name, float[] map)
    {
        var normalised = new float[map.Length];
        Normalisation.Create(name, 1, new NormalisationOptions { Fixed = [new(0.5, 0.3)] }).Apply(0, map, normalised, TimeSpan.Zero);
        return normalised;
    }

    static Gen<int> Sized(int least, int most) => Gen.OneOf(Gen.Choose(least, Math.Min(least + 3, most)), Gen.Choose(least, most));

    static Arbitrary<Tensor> Tensors(Gen<float> value) => Sized(1, 150)
        .SelectMany(channels => Sized(1, 20).SelectMany(pixels => value.ArrayOf(channels * pixels).Select(values => new Tensor(values, channels))))
        .ToArbitrary();

    static void ForAll<T>(Arbitrary<T> values, Func<T, bool> holds) => Check.One(Quietly, Prop.ForAll(values, holds));

    static void ForAll<T, TOther>(Arbitrary<T> values, Arbitrary<TOther> others, Func<T, TOther, bool> holds) =>
        Check.One(Quietly, Prop.ForAll(values, others, holds));

    sealed record Tensor(float[] Values, int Channels)
    {
        public Tensor Times(float factor) => new([.. Values.Select(value => value * factor)], Channels);

        public float[] Map(string statistic, float epsilon = SmoeScale.DefaultEpsilon)
        {
            var map = new float[Values.Length / Channels];
            Statistic.Create(statistic, epsilon)!.Compute(Values, Channels, map);
            return map;
        }
    }
}
