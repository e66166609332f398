using FastCam.Saliency.Normalisations;

namespace FastCam.Tests.Saliency;

/// <summary>A tensor's activations, and one file of values that follow from them.</summary>
sealed class GoldenTensor
{
    /// <summary>The tensor that has no variance: its normalisations and its gamma and log-normal values are excepted.</summary>
    public const string Constant = "T_constant_16x8x8";

    readonly string _tensor;
    readonly double[] _expected;
    readonly bool _byAuthors;

    public GoldenTensor(string tensor, string file)
    {
        _tensor = tensor;
        var shape = Golden.Shape($"{tensor}/act.f32");
        (Images, Channels, Pixels) = (shape[0], shape[1], shape[2] * shape[3]);
        Activations = Golden.Floats($"{tensor}/act.f32");
        _expected = file.EndsWith(".f64", StringComparison.Ordinal)
            ? Golden.Doubles($"{tensor}/{file}")
            : [.. Golden.Floats($"{tensor}/{file}").Select(value => (double)value)];
        _byAuthors = file.StartsWith("ref_", StringComparison.Ordinal);
    }

    public int Images { get; }

    public int Channels { get; }

    public int Pixels { get; }

    public float[] Activations { get; }

    public bool IsConstant => _tensor == Constant;

    public float[] Statistic(string name, float epsilon = 1e-7f, bool biased = false)
    {
        var statistic = FastCam.Saliency.Statistics.Statistic.Create(name, epsilon, biased)!;
        var maps = new float[Images * Pixels];
        for (var n = 0; n < Images; n++)
            statistic.Compute(Activations.AsSpan(n * Channels * Pixels, Channels * Pixels), Channels, maps.AsSpan(n * Pixels, Pixels));
        return maps;
    }

    public float[] GammaShape()
    {
        var (scale, mean) = (Statistic("gamma-scale"), Statistic("mean"));
        return [.. scale.Select((theta, i) => (mean[i] + 1e-7f) / theta)];
    }

    public void AssertSmoe(float epsilon)
    {
        var mean = Statistic("mean");
        AssertAll(Statistic("smoe", epsilon), (_, i) => 3e-5 * (mean[i] + 1e-7));
    }

    public void AssertSized(string name, bool biased = false)
    {
        var (mean, deviation) = (Statistic("mean"), Statistic("std"));
        AssertAll(Statistic(name, biased: biased), (_, i) => 1e-5 * (mean[i] + deviation[i]));
    }

    public void AssertWithin(double tolerance, float[] actual, bool excepted = false) => AssertAll(actual, (_, _) => tolerance, excepted);

    public void AssertRelative(double tolerance, float[] actual, bool excepted = false) => AssertAll(actual, (expected, _) => tolerance * expected, excepted);

    /// <summary>The authors' SMOE, normalised; a map without differences must become one half instead.</summary>
    public void AssertNormalised(double tolerance, string name)
    {
        var maps = Golden.Floats($"{_tensor}/ref_smoe.f32");
        for (var n = 0; n < Images; n++)
        {
            var map = maps.AsSpan(n * Pixels, Pixels);
            Normalisation(IsConstant && name == "gauss-fixed" ? "gauss" : name, map).Apply(0, map, map, TimeSpan.Zero);
        }

        if (IsConstant)
            Assert.All(maps, value => Assert.Equal(0.5f, value));
        else
            AssertWithin(tolerance, maps);
    }

    /// <summary>Fixed moments stand for those with the biased sigma; without differences there is none to fix.</summary>
    static Normalisation Normalisation(string name, ReadOnlySpan<float> map)
    {
        var own = GaussNormalisation.Moments(map);
        var biased = own with { Sigma = own.Sigma * Math.Sqrt((map.Length - 1.0) / map.Length) };
        return FastCam.Saliency.Normalisations.Normalisation.Create(name, 1, new NormalisationOptions { Fixed = [biased] });
    }

    /// <summary>Where the authors' code gives no number, or the README excepts the tensor, any number will do.</summary>
    void AssertAll(float[] actual, Func<double, int, double> tolerance, bool excepted = false)
    {
        Assert.Equal(_expected.Length, actual.Length);
        for (var i = 0; i < actual.Length; i++)
        {
            Assert.True(float.IsFinite(actual[i]), $"pixel {i} is {actual[i]}");
            if (excepted || (_byAuthors && double.IsNaN(_expected[i])))
                continue;
            var error = Math.Abs(actual[i] - _expected[i]);
            Assert.True(
                error <= tolerance(_expected[i], i),
                $"pixel {i}: {actual[i]:R} for {_expected[i]:R}, off by {error:E2}, tolerance {tolerance(_expected[i], i):E2}");
        }
    }
}
