using System.Diagnostics;
using System.Text.Json;
using FastCam.Onnx;
using FastCam.Onnx.Input;
using FastCam.Onnx.Models;
using FastCam.Onnx.ScaleEnds;
using FastCam.Saliency.Imaging;

namespace FastCam.Tests.Onnx;

/// <summary>Graphs as real exporters write them, with the scale ends that a checker without names agreed on.</summary>
public sealed unsafe class RealGraphTests : IDisposable
{
    /// <summary>Families whose scale ends the finder gets wrong as yet. One that it finds must leave this list, or its test fails.</summary>
    static readonly string[] NotFoundYet =
    [
        "convnext_tiny.ts17.onnx.xz", "darknet53.ts17.onnx.xz", "hrnet_w18_small.ts17.onnx.xz", "inception_v3.ts17.onnx.xz", "shufflenet_v2_x1_0.ts17.onnx.xz",
    ];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Files() => Shared.Root.Length == 0
        ? ["(absent)"]
        : [.. JsonDocument.Parse(File.ReadAllText(Path.Combine(Shared.Root, "graphs", "expected.json"))).RootElement.EnumerateObject()
            .Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_scale_ends_are_those_expected(string file)
    {
        var expected = JsonDocument.Parse(File.ReadAllText(Shared.Path("graphs", "expected.json"))).RootElement.GetProperty(file);
        var model = Model.Load(Unpack(file));
        if (expected.TryGetProperty("error", out _))
            Assert.Equal(ModelFault.NoScales, Assert.Throws<ModelException>(() => model.ScaleEnds).Fault);
        else if (NotFoundYet.Contains(file))
            Assert.NotNull(Difference(expected, model));
        else
            Assert.Null(Difference(expected, model));
    }

    /// <summary>In which scale end the finder differs from what is expected; null where it does not.</summary>
    static string? Difference(JsonElement expected, Model model)
    {
        Dictionary<string, ScaleEnd> taps;
        try
        {
            taps = model.ScaleEnds.ToDictionary(tap => tap.Name);
        }
        catch (ModelException e) when (e.Fault == ModelFault.NoScales)
        {
            return e.Message;
        }
        foreach (var scale in expected.GetProperty("scales").EnumerateArray())
        {
            var size = scale.GetProperty("size").EnumerateArray().Select(side => side.GetInt32()).ToArray();
            var accepted = scale.GetProperty("accept").EnumerateArray().Select(name => name.GetString()!).Where(taps.ContainsKey).ToList();
            if (accepted.Count == 0 && scale.TryGetProperty("optional", out var optional) && optional.GetBoolean())
                continue;
            if (accepted.Count != 1)
                return $"{accepted.Count} of {size[1]}x{size[2]}";
            if ((size[1], size[2]) != (taps[accepted[0]].Height, taps[accepted[0]].Width))
                return $"{accepted[0]} is of another size";
            taps.Remove(accepted[0]);
        }
        return taps.Count == 0 ? null : $"{string.Join(", ", taps.Keys)} too";
    }

    [Theory]
    [InlineData("resnet18.fp16.onnx.xz")]
    [InlineData("keras_MobileNetV2.tf13nhwc.onnx.xz")]
    [InlineData("mobilenet_v2.dynamodyn.onnx.xz")]
    [InlineData("resnet18.qdq_default.onnx.xz")]
    [InlineData("yolov8n_like.ts17.onnx.xz")]
    [InlineData("ssd_mobilenet_v2_like.ts17.onnx.xz")]
    public void Any_of_them_runs_and_gives_a_map(string file)
    {
        var model = Model.Load(Unpack(file));
        using var network = CpuNetwork.Explain(model);
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var pixels = new byte[320 * 240 * 3 / 2];
        new Random(1).NextBytes(pixels);
        fixed (byte* data = pixels)
            explainer.Explain(I420.Packed(data, 320, 240), FitRule.Stretch, explanation);

        Assert.All(explanation.Combined, value => Assert.InRange(value, 0f, 1f));
        Assert.Equal(model.Input.Width * model.Input.Height, explanation.Combined.Length);
    }

    string Unpack(string file)
    {
        var path = _folder.File(file[..^3]);
        using var process = Process.Start(
            new ProcessStartInfo("xz", ["--decompress", "--stdout", Shared.Path("graphs", file)]) { RedirectStandardOutput = true })!;
        using (var unpacked = File.Create(path))
            process.StandardOutput.BaseStream.CopyTo(unpacked);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return path;
    }
}
