using FastCam.Saliency;

namespace FastCam.Tests.Saliency;

/// <summary>Agreement with every reference file of statistics, normalisations and resizing, within the tolerance that its README states.</summary>
public sealed class GoldenTests
{
    const string Constant = "T_constant_16x8x8";

    static readonly string[] Tensors = ["A_L4", "A_L5", Constant, "T_batch3_8x12x10", "T_onehot_32x16x16"];

    static readonly string[] Resizings = ["7to224", "37x23to224", "14to14"];

    /// <summary>What the files of a tensor hold, and how the product's value is compared with them.</summary>
    static readonly Dictionary<string, Action<Reference>> Files = new()
    {
        ["act.f32"] = tensor => Assert.Equal(tensor.Images * tensor.Channels * tensor.Pixels, tensor.Activations.Length),
        ["ref_smoe.f32"] = tensor => tensor.AssertSmoe(1e-7f),
        ["f64_smoe_eq2_eps1e-7.f64"] = tensor => tensor.AssertSmoe(1e-7f),
        ["f64_smoe_eq2_eps1e-6_paper.f64"] = tensor => tensor.AssertSmoe(1e-6f),
        ["ref_std.f32"] = tensor => tensor.AssertSized("std"),
        ["f64_std_unbiased.f64"] = tensor => tensor.AssertSized("std"),
        ["f64_std_biased.f64"] = tensor => tensor.AssertSized("std", biased: true),
        ["ref_mean.f32"] = tensor => tensor.AssertSized("mean"),
        ["f64_mean.f64"] = tensor => tensor.AssertSized("mean"),
        ["ref_max.f32"] = tensor => tensor.AssertSized("max"),
        ["f64_max.f64"] = tensor => tensor.AssertSized("max"),
        ["f64_shannon_entropy_bits.f64"] = tensor => tensor.AssertWithin(1e-4, tensor.Statistic("shannon")),
        ["f64_lognormal_mean.f64"] = tensor => tensor.AssertRelative(1e-3, tensor.Statistic("lognormal-mean"), excepted: tensor.IsConstant),
        ["f64_lognormal_log_mean.f64"] = tensor => tensor.AssertWithin(1e-3, [.. tensor.Statistic("lognormal-mean").Select(value => MathF.Log(value))], excepted: tensor.IsConstant),
        ["f64_lognormal_entropy_nats.f64"] = tensor => tensor.AssertWithin(1e-3, tensor.Statistic("lognormal-entropy"), excepted: tensor.IsConstant),
        ["ref_truncnorm_entropy_on_given_tensor.f32"] = tensor => tensor.AssertWithin(1e-5, tensor.Statistic("truncnormal-entropy")),
        ["ref_gamma_scale.f32"] = tensor => tensor.AssertRelative(1e-4, tensor.Statistic("gamma-scale"), excepted: tensor.IsConstant),
        ["f64_gamma_scale.f64"] = tensor => tensor.AssertRelative(1e-4, tensor.Statistic("gamma-scale"), excepted: tensor.IsConstant),
        ["f64_gamma_shape_k.f64"] = tensor => tensor.AssertRelative(1e-4, tensor.GammaShape(), excepted: tensor.IsConstant),
        ["ref_norm_gauss_of_smoe.f32"] = tensor => tensor.AssertNormalised(1e-6, "gauss"),
        ["f64_norm_gauss_unbiased.f64"] = tensor => tensor.AssertNormalised(1e-6, "gauss"),
        ["f64_norm_gauss_biased.f64"] = tensor => tensor.AssertNormalised(1e-6, "gauss-fixed"),
        ["f64_norm_gamma_exact.f64"] = tensor => tensor.AssertNormalised(1e-4, "gamma"),
    };

    public static MatrixTheoryData<string, string> TensorFiles { get; } = new(Tensors, Files.Keys);

    [Theory]
    [MemberData(nameof(TensorFiles))]
    public void A_tensors_file_agrees(string tensor, string file) => Files[file](new Reference(tensor, file));

    [Theory]
    [InlineData("7to224")]
    [InlineData("37x23to224")]
    [InlineData("14to14")]
    public void A_resized_map_agrees(string name)
    {
        var (source, target) = (Size($"bilinear/{name}_in.f32"), Size($"bilinear/{name}_out.f32"));
        var expected = Golden.Floats($"bilinear/{name}_out.f32");
        var resized = new float[target.Pixels];
        new BilinearUpsampler(source, target).Resize(Golden.Floats($"bilinear/{name}_in.f32"), resized);
        for (var i = 0; i < resized.Length; i++)
            Assert.Equal(expected[i], resized[i], 1e-5);
    }

    /// <summary>A reference file that comes later must not go unnoticed. The pictures, class maps and tables have tests of their own.</summary>
    [Fact]
    public void Every_reference_file_is_named()
    {
        var root = Shared.Path("golden");
        var present = Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("draw/") && !file.StartsWith("cam/"))
            .Except(["README.md", "manifest.json", "c_table3.json", "paper_tables.json"]);
        var named = Tensors.SelectMany(tensor => Files.Keys.Select(file => $"{tensor}/{file}"))
            .Concat(Resizings.SelectMany(name => new[] { $"bilinear/{name}_in.f32", $"bilinear/{name}_out.f32" }));
        Assert.Equal(named.Order(StringComparer.Ordinal), present.Order(StringComparer.Ordinal));
    }

    static MapSize Size(string path)
    {
        var shape = Golden.Shape(path);
        return new MapSize(shape[3], shape[2]);
    }

    /// <summary>A tensor's activations, and one file of values that follow from them.</summary>
    sealed class Reference
    {
        readonly string _tensor;
        readonly double[] _expected;
        readonly bool _byAuthors;

        public Reference(string tensor, string file)
        {
            _tensor = tensor;
            var shape = Golden.Shape($"{tensor}/act.f32");
            (Images, Channels, Pixels) = (shape[0], shape[1], shape[2] * shape[3]);
            Activations = Golden.Floats($"{tensor}/act.f32");
            _expected = file.EndsWith(".f64", StringComparison.Ordinal) ? Golden.Doubles($"{tensor}/{file}") : [.. Golden.Floats($"{tensor}/{file}").Select(value => (double)value)];
            _byAuthors = file.StartsWith("ref_", StringComparison.Ordinal);
        }

        public int Images { get; }

        public int Channels { get; }

        public int Pixels { get; }

        public float[] Activations { get; }

        public bool IsConstant => _tensor == Constant;

        public float[] Statistic(string name, float epsilon = 1e-7f, bool biased = false)
        {
            var statistic = FastCam.Saliency.Statistic.Create(name, epsilon, biased)!;
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
            return FastCam.Saliency.Normalisation.Create(name, 1, new NormalisationOptions { Fixed = [biased] });
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
                Assert.True(error <= tolerance(_expected[i], i), $"pixel {i}: {actual[i]:R} for {_expected[i]:R}, off by {error:E2}, tolerance {tolerance(_expected[i], i):E2}");
            }
        }
    }
}
