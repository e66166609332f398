using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

/// <summary>Agreement with every reference file of statistics, normalisations and resizing, within the tolerance that its README states.</summary>
public sealed class GoldenTests
{
    /// <summary>Those that the project carries.</summary>
    static readonly string[] CarriedTensors = [GoldenTensor.Constant, "T_batch3_8x12x10", "T_onehot_32x16x16"], CarriedResizings = ["37x23to224", "14to14"];

    static readonly string[] Tensors = ["A_L4", "A_L5", .. CarriedTensors], Resizings = ["7to224", .. CarriedResizings];

    /// <summary>What the files of a tensor hold, and how the product's value is compared with them.</summary>
    static readonly Dictionary<string, Action<GoldenTensor>> Files = new()
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
        ["f64_lognormal_log_mean.f64"] = tensor => tensor.AssertWithin(
            1e-3, [.. tensor.Statistic("lognormal-mean").Select(value => MathF.Log(value))], excepted: tensor.IsConstant),
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
    public void A_tensors_file_agrees(string tensor, string file) => Files[file](new GoldenTensor(tensor, file));

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

    /// <summary>LoviTests and ScaleCombinationTests read them.</summary>
    static readonly string[] Drawings =
        ["draw/A_gauss_layers_224.f32", "draw/A_gauss_lovi_w11111_hsv.f32", "draw/A_gauss_lovi_w11111_rgb_u8.u8", "draw/A_gauss_w12345_224.f32"];

    /// <summary>A reference file that comes later must not go unnoticed. The images, class maps and tables have tests of their own.</summary>
    [Fact]
    public void Every_reference_file_is_named()
    {
        var root = Shared.Path("golden");
        var present = Directory.GetFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("cam/gap/"))
            .Except(["README.md", "manifest.json", "c_table3.json", "paper_tables.json", "cam/b_cam_description.json", .. Drawings]);
        Assert.Equal(Named(Tensors, Resizings).Order(StringComparer.Ordinal), present.Order(StringComparer.Ordinal));
    }

    /// <summary>One that is missing would skip its tests, and hide that.</summary>
    [Fact]
    public void Every_file_that_the_project_carries_is_named()
    {
        var named = Named(CarriedTensors, CarriedResizings).Concat(Drawings).Order(StringComparer.Ordinal);

        Assert.Equal(named, Golden.CarriedFiles.Where(file => !file.StartsWith("cam/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(Golden.CarriedInManifest.Order(StringComparer.Ordinal), Golden.CarriedFiles.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_the_project_carries_is_the_reference()
    {
        var beside = Shared.Path("golden");

        Assert.All(
            Golden.CarriedFiles,
            file => Assert.True(File.ReadAllBytes(Path.Combine(beside, file)).AsSpan().SequenceEqual(Golden.Bytes(file)), $"{file} is another"));
    }

    static IEnumerable<string> Named(string[] tensors, string[] resizings) => tensors.SelectMany(tensor => Files.Keys.Select(file => $"{tensor}/{file}"))
        .Concat(resizings.SelectMany(name => new[] { $"bilinear/{name}_in.f32", $"bilinear/{name}_out.f32" }));

    static MapSize Size(string path)
    {
        var shape = Golden.Shape(path);
        return new MapSize(shape[3], shape[2]);
    }
}
