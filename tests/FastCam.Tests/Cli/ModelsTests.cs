using System.Text.Json;
using FastCam.Tests.Tiles;

namespace FastCam.Tests.Cli;

/// <summary>Tests trained networks of several makes: their taps, and the classes that they see in the bundled photos.</summary>
public sealed class ModelsTests : IDisposable
{
    const string ImageNet = """ "mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375] """;
    const string Symmetric = """ "mean": [127.5, 127.5, 127.5], "std": [127.5, 127.5, 127.5] """;

    static readonly string[] Photos = ["chelsea", "china", "coffee", "rocket"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("efficientnet-lite0")]
    [InlineData("efficientnet-lite0-int8")]
    public void The_bundled_models_name_the_photos(string model) =>
        Assert.Equal(["Egyptian cat", "palace", "espresso", "missile"], Classes(_folder.File(model), "--model", model));

    [Fact]
    public void MobileNetV2_names_the_photos() =>
        Assert.Equal(
            ["Egyptian cat", "palace", "espresso", "missile"],
            WithManifest("mobilenetv2-imagenet1001.onnx", "mobilenetv2-imagenet1001.labels.txt", Symmetric));

    /// <summary>
    /// Its scores come in steps of 2, so which building it sees depends on how the photo is resampled; that is done as Pillow does it.
    /// </summary>
    [Fact]
    public void A_quantised_SqueezeNet_names_the_photos() =>
        Assert.Equal(
            ["Egyptian cat", "monastery", "espresso", "drilling platform"],
            WithManifest("squeezenet1.1-int8-qdq.onnx", "squeezenet1.1.labels.txt", ImageNet).Select(label => label[(label.IndexOf(',') + 1)..]));

    [Theory]
    [InlineData("ssd-mobilenetv2-coco.onnx", 150, 75, 38, 19, 10)]
    [InlineData("ssd-mobilenetv2-coco-int8.onnx", 150, 75, 38, 19, 10)]
    [InlineData("mobilenetv2-imagenet1001.onnx", 112, 56, 28, 14, 7)]
    [InlineData("squeezenet1.1-int8-qdq.onnx", 111, 55, 27, 13)]
    public void The_scales_of_trained_networks_are_found(string model, params int[] sides)
    {
        var result = Cli.RunInside("inspect", Shared.Path("models", model), "--json").Succeeded();

        Assert.Equal(sides, Taps(result).Select(tap => tap.GetProperty("height").GetInt32()));
    }

    [Fact]
    public void The_quantised_model_has_the_same_scale_ends()
    {
        string[] Names(string model) => [.. Taps(Cli.RunInside("inspect", model, "--json").Succeeded()).Select(tap => tap.GetProperty("name").GetString()!)];

        Assert.Equal(Names("efficientnet-lite0").Select(name => name + "_DequantizeLinear_Output"), Names("efficientnet-lite0-int8"));
    }

    [Fact]
    public void The_quantised_models_map_is_nearly_that_of_the_float_model()
    {
        Classes(_folder.File("float"), "--model", "efficientnet-lite0");
        Classes(_folder.File("int8"), "--model", "efficientnet-lite0-int8");
        foreach (var photo in Photos)
        {
            var correlation = Correlation(Map("float", photo), Map("int8", photo));
            Assert.True(correlation >= 0.98, $"{photo}: {correlation:F4}");
        }
    }

    [Fact]
    public void Taps_named_on_the_command_line_are_used_and_a_wrong_one_is_a_sentence()
    {
        const string Named = "/_blocks.3/_swish/Clip_output_0,/_swish_1/Clip_output_0";
        var result = Cli.RunInside("inspect", "efficientnet-lite0", "--taps", Named, "--json").Succeeded();
        Assert.Equal([56, 7], Taps(result).Select(tap => tap.GetProperty("height").GetInt32()));

        var wrong = Cli.RunInside("inspect", "efficientnet-lite0", "--taps", "nowhere");
        Assert.Contains("nowhere", wrong.Error);
        Assert.Equal((int)FastCam.Cli.ExitCode.BadManifest, wrong.ExitCode);
    }

    [Fact]
    public void A_size_that_the_model_does_not_take_is_a_sentence() =>
        Assert.Contains("--input-size", Cli.RunInside("inspect", "efficientnet-lite0", "--input-size", "320").Error);

    string[] WithManifest(string model, string labels, string normalisation)
    {
        var path = Shared.Path("models", model);
        File.Copy(Shared.Path("models", labels), _folder.File(labels));
        var manifest = $$"""{"file": "{{model}}", "labels": "{{labels}}", "input": { {{normalisation}} } }""";
        File.WriteAllText(_folder.File("m.json"), manifest);
        return Classes(_folder.File("out"), "--model", path, "--manifest", _folder.File("m.json"));
    }

    string[] Classes(string output, params string[] options)
    {
        Cli.RunInside(["explain", Repository.File("media", "photos"), "-o", output, .. options]).Succeeded();
        return [.. Photos.Select(photo => Report(Path.Combine(output, $"{photo}.json")).GetProperty("predictions")[0].GetProperty("label").GetString()!)];
    }

    float[] Map(string folder, string photo) => Npy.Read(_folder.File($"{folder}/{photo}.map.npy")).Values;

    static JsonElement Report(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    static IEnumerable<JsonElement> Taps(Cli.Result inspected) => inspected.LastJson.GetProperty("taps").EnumerateArray();

    static double Correlation(float[] a, float[] b)
    {
        var (meanA, meanB) = (a.Average(), b.Average());
        var products = a.Zip(b, (x, y) => ((double)x - meanA) * ((double)y - meanB)).Sum();
        return products / Math.Sqrt(a.Sum(x => Math.Pow(x - meanA, 2)) * b.Sum(y => Math.Pow(y - meanB, 2)));
    }
}
