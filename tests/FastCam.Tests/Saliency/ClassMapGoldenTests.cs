using FastCam.Saliency.ClassMaps;
using FastCam.Saliency.Resampling;

namespace FastCam.Tests.Saliency;

/// <summary>Class maps of a small network that ends in global average pooling and a linear layer, held against the reference values.</summary>
public sealed class ClassMapGoldenTests
{
    const int Channels = 32;
    const int BestClass = 4;
    const int SecondClass = 3;

    static readonly MapSize Layer = new(16, 12);
    static readonly MapSize Input = new(64, 48);

    /// <summary>Every reference value of class maps, and how far from it a value may be.</summary>
    static readonly Dictionary<string, double> Tolerances = new()
    {
        ["f64_gradcam_raw_12x16.f64"] = 1e-9,
        ["f64_gradcampp_raw_12x16.f64"] = 1e-7,
        ["f64_xgradcam_raw_12x16.f64"] = 1e-9,
        ["f64_gradcam_norm_48x64.f64"] = 2e-6,
        ["f64_gradcampp_norm_48x64.f64"] = 2e-5,
        ["f64_xgradcam_norm_48x64.f64"] = 1e-5,
        ["ref_gradcam_class4_48x64.f32"] = 2e-6,
        ["ref_gradcampp_class4_48x64.f32"] = 2e-5,
        ["ref_gradcam_class3_48x64.f32"] = 2e-6,
        ["ref_gradcampp_class3_48x64.f32"] = 2e-5,
        ["peer_jacobgil_gradcam_48x64.f32"] = 2e-6,
        ["ref_fastcam_gradcam_48x64.f32"] = 2e-6,
        ["ref_fastcam_gradcampp_48x64.f32"] = 2e-5,
        ["ref_nonclass_gradcam_48x64.f32"] = 2e-6,
        ["ref_nonclass_gradcampp_48x64.f32"] = 2e-5,
    };

    /// <summary>What the tests start from: the network, its last activations and the gradient, and the combined map, which has a test of its own.</summary>
    static readonly string[] Given =
    [
        "tap3_relu.f32", "weights/fc.weight.f32", "weights/fc.bias.f32", "logits_f64.f64", "grad_dlogit_dtap3_f64.f64", "ref_smoe_combined_48x64.f32",
        "tap1_relu.f32", "tap2_relu.f32",
    ];

    /// <summary>What those were computed from, for whoever wants to do so again.</summary>
    static readonly string[] Origins =
    [
        "input.f32", "weights/c1.weight.f32", "weights/c1.bias.f32", "weights/c2.weight.f32", "weights/c2.bias.f32", "weights/c3.weight.f32",
        "weights/c3.bias.f32",
    ];

    /// <summary>Another library's Grad-CAM++, which adds 1e-6 instead of 1e-7 to the denominator: with gradients of 1e-3 another formula.</summary>
    static readonly string[] OtherFormula = ["f64_gradcampp_jacobgil_raw_12x16.f64", "peer_jacobgil_gradcampp_jacobgil_48x64.f32"];

    public static TheoryData<string> Files => [.. Tolerances.Keys];

    [Fact]
    public void Every_reference_file_has_its_place()
    {
        var folder = Shared.Path("golden", "cam", "gap");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'));

        Assert.Equal(Tolerances.Keys.Concat(Given).Concat(Origins).Concat(OtherFormula).Order(), files.Order());
    }

    [Fact]
    public void The_project_carries_all_that_the_tests_read()
    {
        const string Folder = "cam/gap/";

        var carried = Golden.CarriedFiles.Where(file => file.StartsWith("cam/", StringComparison.Ordinal));

        Assert.Equal(Tolerances.Keys.Concat(Given).Select(file => Folder + file).Order(), carried.Order());
    }

    [Fact]
    public void The_closed_form_is_the_gradient()
    {
        var gradients = Golden.Doubles("cam/gap/grad_dlogit_dtap3_f64.f64");
        var closed = ClosedForm(BestClass);

        for (var i = 0; i < gradients.Length; i++)
            Assert.Equal(gradients[i], closed[i / Layer.Pixels], 1e-9);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Gradients_and_the_closed_form_give_the_reference(string file)
    {
        var expected = file.EndsWith("f64", StringComparison.Ordinal)
            ? Golden.Doubles($"cam/gap/{file}")
            : [.. Golden.Floats($"cam/gap/{file}").Select(value => (double)value)];
        var method = ClassMapMethod.Create(file.Contains("xgradcam") ? "xgrad-cam" : file.Contains("gradcampp") ? "grad-cam++" : "grad-cam")!;
        var (@class, kind) = (file.Contains("class3") ? SecondClass : BestClass, file.Split('_')[1]);
        var closed = ClosedForm(@class);

        foreach (var gradients in new[] { closed, [.. Enumerable.Range(0, Channels * Layer.Pixels).Select(i => closed[i / Layer.Pixels])] })
        {
            var map = file.Contains("raw") ? Raw(method, gradients) : Scaled(method, gradients, kind);
            // The reference has the factor exp(score) in it, which the method leaves out; scaling cancels it.
            var factor = file == "f64_gradcampp_raw_12x16.f64" ? Math.Exp(Golden.Doubles("cam/gap/logits_f64.f64")[BestClass]) : 1;
            Assert.Equal(expected.Length, map.Length);
            for (var i = 0; i < map.Length; i++)
                Assert.Equal(expected[i], map[i] * factor, Tolerances[file]);
        }
    }

    /// <summary>The weights of the linear layer over the pixels: the gradient of the class's logit.</summary>
    static float[] ClosedForm(int @class) =>
        [.. Golden.Floats("cam/gap/weights/fc.weight.f32").AsSpan(@class * Channels, Channels).ToArray().Select(weight => weight / Layer.Pixels)];

    static float[] Raw(ClassMapMethod method, float[] gradients)
    {
        var activations = Golden.Floats("cam/gap/tap3_relu.f32");
        var (weights, map) = (new float[Channels], new float[Layer.Pixels]);
        method.Weights(activations, gradients, weights);
        ClassMap.Weigh(activations, weights, map);
        return map;
    }

    static float[] Scaled(ClassMapMethod method, float[] gradients, string kind)
    {
        var map = new float[Input.Pixels];
        new ClassMap(method, Channels, Layer, Input).Compute(Golden.Floats("cam/gap/tap3_relu.f32"), gradients, map);
        var combined = Golden.Floats("cam/gap/ref_smoe_combined_48x64.f32");
        if (kind == "fastcam")
            ClassCombination.FastCam(combined, map, map);
        if (kind == "nonclass")
            ClassCombination.NonClass(combined, map, map);
        return map;
    }
}
