using System.Text.Json;
using FastCam.Lab.Generation;
using FastCam.Tests.Onnx;
using FastCam.Tests.Tiles;

namespace FastCam.Tests.Cli;

/// <summary>Tests what <c>run</c> and <c>explain</c> can be asked to draw, and by what statistics.</summary>
public sealed class ViewTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static string Photo => Repository.File("media", "photos", "chelsea.png");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--view", "lovi")]
    [InlineData("--view", "layer1")]
    [InlineData("--view", "class")]
    [InlineData("--view", "non-class")]
    [InlineData("--view", "sheet")]
    [InlineData("--mode", "grey")]
    [InlineData("--mode", "alone")]
    [InlineData("--mode", "side-by-side")]
    [InlineData("--legend")]
    [InlineData("--statistic", "truncnormal-entropy")]
    [InlineData("--statistic", "shannon")]
    [InlineData("--normalise", "gamma")]
    [InlineData("--weights", "equal")]
    [InlineData("--fade", "2")]
    public void Each_choice_changes_the_overlay(params string[] choice)
    {
        Cli.RunInside("explain", Photo, "-o", _folder.File("plain")).Succeeded();
        Cli.RunInside(["explain", Photo, "-o", _folder.File("chosen"), .. choice]).Succeeded();

        byte[] Overlay(string folder) => FFmpeg.Decode(_folder.File($"{folder}/chelsea.overlay.png"), "rgb24");
        Assert.NotEqual(Overlay("plain"), Overlay("chosen"));
    }

    [Fact]
    public void A_stream_draws_what_explain_draws()
    {
        string[] drawing = ["--view", "lovi", "--mode", "side-by-side", "--legend"];
        Cli.RunInside(["explain", Photo, "-o", _folder.File("explained"), .. drawing]).Succeeded();
        Cli.RunInside(["run", "--source", Photo, "--sink", $"images:{_folder.File("run")}", .. drawing]).Succeeded();

        var overlay = Assert.Single(Directory.GetFiles(_folder.File("run")));
        var expected = FFmpeg.Decode(_folder.File("explained/chelsea.overlay.png"), "gray");
        var actual = FFmpeg.Decode(overlay, "gray");
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average() < 3, "the overlays differ");
    }

    [Fact]
    public void Calibrated_constants_are_the_moments_of_what_was_seen()
    {
        var manifest = _folder.File("cat/efficientnet-lite0.json");
        Cli.RunInside("calibrate", Photo, "-o", manifest, "--epsilon", "1e-6").Succeeded();
        Cli.RunInside("explain", Photo, "-o", _folder.File("own"), "--epsilon", "1e-6").Succeeded();

        var layers = JsonDocument.Parse(File.ReadAllText(manifest)).RootElement.GetProperty("calibration").GetProperty("layers");
        Assert.Equal(5, layers.GetArrayLength());
        foreach (var (index, layer) in layers.EnumerateArray().Index())
        {
            var values = Npy.Read(_folder.File($"own/chelsea.layer{index + 1}.npy")).Values;
            var mean = values.Average(value => (double)value);
            Assert.Equal(mean, layer.GetProperty("mean").GetDouble(), 1e-6 * mean);
            var sigma = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
            Assert.Equal(sigma, layer.GetProperty("sigma").GetDouble(), 1e-6 * sigma);
        }
    }

    /// <summary>The good images count, the bad one is named, and the exit code says so.</summary>
    [Fact]
    public void A_bad_image_costs_a_calibration_nothing_but_itself()
    {
        var (good, mixed) = (_folder.File("good"), _folder.File("mixed"));
        foreach (var folder in (string[])[good, mixed])
        {
            Directory.CreateDirectory(folder);
            foreach (var photo in (string[])["chelsea.png", "coffee.png"])
                File.Copy(Repository.File("media", "photos", photo), Path.Combine(folder, photo));
        }
        File.WriteAllBytes(Path.Combine(mixed, "china.jpg"), File.ReadAllBytes(Repository.File("media", "photos", "china.jpg"))[..20_000]);
        File.WriteAllText(Path.Combine(mixed, "notes.txt"), "no image");
        Cli.RunInside("calibrate", good, "-o", _folder.File("good.json")).Succeeded();

        var result = Cli.RunInside("calibrate", mixed, "-o", _folder.File("mixed.json"));

        Assert.Equal(11, result.ExitCode);
        Assert.Contains("china.jpg is cut off or damaged", result.Error);
        Assert.Contains("1 of 3 images could not be read and was skipped", result.Error);
        Assert.Contains("a file that is no image and is passed over: notes.txt.", result.Error);
        Assert.Contains("the constants of 2 frames", result.Output);
        Assert.Equal(File.ReadAllText(_folder.File("good.json")), File.ReadAllText(_folder.File("mixed.json")));
    }

    [Fact]
    public void Mirrored_images_are_measured_in_their_own_colours()
    {
        FFmpeg.Run("-i", Photo, "-vf", "hflip,format=rgb24", _folder.File("turned.png"));
        Cli.RunInside("calibrate", _folder.File("turned.png"), "-o", _folder.File("turned.json")).Succeeded();
        Cli.RunInside("calibrate", Photo, "--mirror", "-o", _folder.File("mirrored.json")).Succeeded();

        Assert.Equal(File.ReadAllText(_folder.File("turned.json")), File.ReadAllText(_folder.File("mirrored.json")));
    }

    [Fact]
    public async Task What_was_seen_of_a_stream_without_end_counts_when_the_user_ends_it()
    {
        var manifest = _folder.File("endless/efficientnet-lite0.json");
        using var process = Cli.Start(["calibrate", "test:320x240@30", "--frames", "1000000", "-o", manifest]);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadLineAsync());
        Assert.Contains("of at most 1000000 frames", await error.WaitAsync(TimeSpan.FromMinutes(2)));
        Cli.Signal(process, "INT");

        await process.WaitForExitAsync();

        Assert.Equal(0, process.ExitCode);
        Assert.Contains("the constants of", await output);
        var calibration = JsonDocument.Parse(File.ReadAllText(manifest)).RootElement.GetProperty("calibration");
        Assert.Equal(5, calibration.GetProperty("layers").GetArrayLength());
    }

    [Fact]
    public void By_its_own_constants_a_photo_is_normalised_as_alone_and_another_is_not()
    {
        var manifest = _folder.File("cat/efficientnet-lite0.json");
        Cli.RunInside("calibrate", Photo, "-o", manifest).Succeeded();
        var other = Repository.File("media", "photos", "coffee.png");
        Cli.RunInside("explain", Photo, other, "-o", _folder.File("own")).Succeeded();
        Cli.RunInside("explain", Photo, other, "-o", _folder.File("fixed"), "--manifest", manifest, "--normalise", "gauss-fixed").Succeeded();

        Assert.True(Difference("chelsea") < 1e-5, $"{Difference("chelsea")}");
        Assert.True(Difference("coffee") > 0.01, $"{Difference("coffee")}");

        float[] Map(string folder, string name) => Npy.Read(_folder.File($"{folder}/{name}.map.npy")).Values;

        double Difference(string name) => Map("own", name).Zip(Map("fixed", name), (a, b) => Math.Abs(a - b)).Average();
    }

    [Theory]
    [InlineData("--statistic", "max")]
    [InlineData("--epsilon", "1e-6")]
    public void Constants_of_something_else_are_refused(params string[] choice)
    {
        var manifest = _folder.File("cat/efficientnet-lite0.json");
        Cli.RunInside("calibrate", Photo, "-o", manifest).Succeeded();

        var result = Cli.RunInside(
            ["explain", Photo, "-o", _folder.File("out"), "--manifest", manifest, "--normalise", "gauss-fixed", .. choice]);

        Assert.Equal(25, result.ExitCode);
        Assert.Contains("fastcam calibrate", result.Error);
    }

    [Fact]
    public void Calibration_overwrites_nothing_unasked()
    {
        var manifest = _folder.File("cat/efficientnet-lite0.json");
        Directory.CreateDirectory(_folder.File("cat"));
        File.WriteAllText(_folder.File("cat/imagenet1k.labels.txt"), "mine\n");

        var labels = Cli.RunInside("calibrate", Photo, "-o", manifest);
        Cli.RunInside("calibrate", Photo, "-o", manifest, "--force").Succeeded();
        var again = Cli.RunInside("calibrate", Photo, "-o", manifest);

        Assert.Equal((43, 43), (labels.ExitCode, again.ExitCode));
        Assert.Contains("other labels", labels.Error);
        Assert.Equal(1000, File.ReadLines(_folder.File("cat/imagenet1k.labels.txt")).Count());
    }

    [Theory]
    [InlineData(2, "no layer9", "--view", "layer9")]
    [InlineData(2, "no view sideways", "--view", "sideways")]
    [InlineData(2, "No class is called", "--class", "flying saucer")]
    [InlineData(2, "There is no class 1000", "--class", "1000")]
    [InlineData(2, "there is no average", "--statistic", "average")]
    [InlineData(2, "there is no gauss-running", "--normalise", "gauss-running")]
    [InlineData(2, "from 0 to 1000", "--fade", "-1")]
    [InlineData(2, "takes 1e-9 to 1", "--epsilon", "0")]
    [InlineData(25, "fastcam calibrate", "--normalise", "gauss-fixed")]
    [InlineData(24, "before the activation", "--statistic", "truncnormal-mean", "--model", "efficientnet-lite0-int8")]
    public void A_choice_that_cannot_be_made_is_refused_in_a_sentence(int code, string sentence, params string[] choice)
    {
        var result = Cli.RunInside(["explain", Photo, "-o", _folder.Path, .. choice]);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(sentence, result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("--view", "sheet")]
    [InlineData("--mode", "side-by-side")]
    public void What_a_page_alone_cannot_draw_is_refused(params string[] choice)
    {
        var result = Cli.RunInside(["run", "--source", "test:64x64?frames=1", "--sink", "web://127.0.0.1:0", .. choice]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("not on the page", result.Error);
    }

    [Fact]
    public void A_network_without_a_linear_end_has_no_class_view_and_says_why()
    {
        _folder.Write("alexnet.onnx", GeneratedNetworks.Write("alexnet", new GeneratorOptions()).File);

        var result = Cli.RunInside("explain", Photo, "-o", _folder.Path, "--model", _folder.File("alexnet.onnx"), "--view", "class");
        var sheet = Cli.RunInside("explain", Photo, "-o", _folder.Path, "--model", _folder.File("alexnet.onnx"), "--view", "sheet");

        Assert.Equal(24, result.ExitCode);
        Assert.Contains("class map", result.Error);
        Assert.Equal(0, sheet.ExitCode);
    }
}
