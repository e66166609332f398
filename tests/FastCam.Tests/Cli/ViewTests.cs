namespace FastCam.Tests.Cli;

/// <summary>What <c>run</c> and <c>explain</c> can be asked to draw, and by what statistics.</summary>
public sealed class ViewTests : IDisposable
{
    /// <summary>Unlike another in every option that the frames' maps and pictures depend on.</summary>
    static readonly string[] Everything =
    [
        "--statistic", "std", "--biased", "--normalise", "gauss-running", "--half-life", "2", "--fade", "1", "--smooth", "0.5",
        "--view", "fast-cam", "--class-map", "xgrad-cam", "--mode", "soft", "--legend",
    ];

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
    public void Each_choice_changes_the_picture(params string[] choice)
    {
        Cli.Run("explain", Photo, "-o", _folder.File("plain")).Succeeded();
        Cli.Run(["explain", Photo, "-o", _folder.File("chosen"), .. choice]).Succeeded();

        Assert.NotEqual(FFmpeg.Decode(_folder.File("plain/chelsea.overlay.png"), "rgb24"), FFmpeg.Decode(_folder.File("chosen/chelsea.overlay.png"), "rgb24"));
    }

    [Fact]
    public void A_stream_draws_what_explain_draws()
    {
        string[] drawing = ["--view", "lovi", "--mode", "side-by-side", "--legend"];
        Cli.Run(["explain", Photo, "-o", _folder.File("explained"), .. drawing]).Succeeded();
        Cli.Run(["run", "--source", Photo, "--sink", $"images:{_folder.File("run")}", .. drawing]).Succeeded();

        var picture = Assert.Single(Directory.GetFiles(_folder.File("run")));
        var expected = FFmpeg.Decode(_folder.File("explained/chelsea.overlay.png"), "gray");
        var actual = FFmpeg.Decode(picture, "gray");
        Assert.Equal(expected.Length, actual.Length);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Average() < 3, "the pictures differ");
    }

    [Fact]
    public void Every_option_at_once_allocates_nothing_a_frame()
    {
        var few = Math.Min(ManagedBytes(500), ManagedBytes(500)); // The least of two: starting up allocates a little more now and then.
        var many = Math.Min(ManagedBytes(2_000), ManagedBytes(2_000));

        Assert.True(many - few <= 4096, $"500 frames: {few} bytes, 2 000 frames: {many} bytes");
    }

    [Fact]
    public void Calibrated_constants_are_read_back_and_normalise()
    {
        var manifest = _folder.File("road/efficientnet-lite0.json");

        Cli.Run("calibrate", "test:640x360@30?frames=20", "-o", manifest).Succeeded();
        var again = Cli.Run("calibrate", "test:640x360@30?frames=20", "-o", manifest);
        var run = Cli.Run("run", "--source", "test:640x360@30?frames=20", "--sink", "null:", "--manifest", manifest, "--normalise", "gauss-fixed", "--json").Succeeded();

        Assert.Equal(43, again.ExitCode);
        Assert.Equal(20, run.LastJson.GetProperty("passes").GetInt64());
        var other = Cli.Run("run", "--source", "test:640x360@30?frames=2", "--sink", "null:", "--manifest", manifest, "--normalise", "gauss-fixed", "--statistic", "max");
        Assert.Equal(25, other.ExitCode);
        Assert.Contains("constants of max", other.Error);
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
    public void A_choice_that_cannot_be_is_a_sentence(int code, string sentence, params string[] choice)
    {
        var result = Cli.Run(["explain", Photo, "-o", _folder.Path, .. choice]);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(sentence, result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public void A_network_without_a_linear_end_has_no_class_view_and_says_why()
    {
        Cli.Run("generate", "alexnet", "-o", _folder.File("alexnet.onnx")).Succeeded();

        var result = Cli.Run("explain", Photo, "-o", _folder.Path, "--model", _folder.File("alexnet.onnx"), "--view", "class");
        var sheet = Cli.Run("explain", Photo, "-o", _folder.Path, "--model", _folder.File("alexnet.onnx"), "--view", "sheet");

        Assert.Equal(24, result.ExitCode);
        Assert.Contains("class map", result.Error);
        Assert.Equal(0, sheet.ExitCode);
    }

    static long ManagedBytes(int frames) =>
        Cli.Run(["run", "--source", $"test:640x360@30?frames={frames}", "--sink", "null:", "--json", .. Everything]).Succeeded().LastJson.GetProperty("managedBytes").GetInt64();
}
