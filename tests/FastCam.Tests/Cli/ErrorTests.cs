using System.Net;
using System.Net.Sockets;
using System.Text;
using FastCam.Cli;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Cli;

/// <summary>Tests every error that a user can cause: one sentence, an exit code of its own, no stack trace.</summary>
public sealed class ErrorTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static string Tour => Repository.File("media", "tour.mp4");

    static string Photo => Repository.File("media", "photos", "coffee.png");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_missing_file() => Fails(ExitCode.SourceNotFound, "nowhere.mp4", "run", "--source", "nowhere.mp4", "--sink", "null:");

    [Fact]
    public void Machines_get_the_sentence_as_their_last_object()
    {
        var result = Cli.Run("run", "--source", "nowhere.mp4", "--sink", "null:", "--json");

        var error = result.LastJson;
        Assert.Equal(("error", (int)ExitCode.SourceNotFound), (error.GetProperty("event").GetString(), error.GetProperty("code").GetInt32()));
        Assert.Contains(error.GetProperty("message").GetString()!, result.Error);
        Assert.Contains("nowhere.mp4", result.Error);
    }

    [Fact]
    public void A_missing_image() => Fails(ExitCode.SourceNotFound, "nowhere.jpg", "explain", "nowhere.jpg", "-o", _folder.Path);

    [Fact]
    public void A_file_that_is_not_a_video() =>
        Fails(ExitCode.SourceUnreadable, "README.md", "run", "--source", Repository.File("README.md"), "--sink", "null:");

    [Fact]
    public void A_file_that_is_not_an_onnx_file() => Fails(ExitCode.NotOnnx, "coffee.png", "inspect", Photo);

    [Fact]
    public void A_truncated_onnx_file()
    {
        var whole = File.ReadAllBytes(Repository.File("models", "efficientnet-lite0.onnx"));
        var path = _folder.Write("cut.onnx", whole[..(whole.Length / 2)]);

        Fails(ExitCode.ModelDamaged, "cut.onnx", "run", "--source", Tour, "--sink", "null:", "--model", path);
    }

    [Fact]
    public void An_unknown_command() => Fails(ExitCode.BadOption, "no command rum", "rum", "--source", "x");

    [Fact]
    public void Frames_that_exist()
    {
        var there = _folder.Write("frame-000000007.jpg", [1, 2, 3]);

        Fails(ExitCode.OutputExists, "--force", "run", "--source", "test:160x90?frames=3", "--sink", $"images:{_folder.Path}");

        Assert.Equal([there], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_missing_model() =>
        Fails(ExitCode.ModelNotFound, "efficientnet-lite0", "run", "--source", Tour, "--sink", "null:", "--model", "resnet9000");

    [Fact]
    public void A_model_without_scales()
    {
        var net = new OnnxBuilder(32);
        var path = _folder.Write("flat.onnx", net.Build(net.Head(net.Relu(net.Conv("image", 8), "only"), 10)));

        Fails(ExitCode.NoScales, "only", "inspect", path);
    }

    [Fact]
    public void A_manifest_that_does_not_follow_the_schema()
    {
        var manifest = _folder.Write("m.json", """{"file": "m.onnx", "colour": true}"""u8.ToArray());

        Fails(ExitCode.BadManifest, "colour", "inspect", "efficientnet-lite0", "--manifest", manifest);
    }

    [Fact]
    public void An_unknown_provider() =>
        Fails(ExitCode.UnknownProvider, "cuda, tensorrt, directml, coreml, cpu", "run", "--source", Tour, "--sink", "null:", "--provider", "tpu");

    [Fact]
    public void A_provider_that_this_build_lacks()
    {
        Assert.SkipWhen(FastCam.Onnx.Runtime.ExecutionProvider.All[0].IsAvailable, "this build of ONNX Runtime has CUDA");

        Fails(ExitCode.ProviderUnavailable, "auto", "run", "--source", Tour, "--sink", "null:", "--provider", "cuda");
    }

    [Fact]
    public void Auto_falls_back_to_the_cpu_and_says_so_once()
    {
        Assert.SkipWhen(FastCam.Onnx.Runtime.ExecutionProvider.All[0].IsAvailable, "this build of ONNX Runtime has CUDA");

        var result = Cli.Run("run", "--source", "test:160x90@30?frames=3", "--sink", "null:").Succeeded();

        Assert.Single(result.Output.Split('\n'), line => line.Contains("Running on the CPU"));
    }

    [Fact]
    public void A_port_in_use()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Fails(ExitCode.PortInUse, $"{port}", "run", "--source", "test:160x90", "--sink", $"web://127.0.0.1:{port}");
    }

    [Fact]
    public void An_ipv6_address_is_served_or_refused_in_a_sentence()
    {
        var result = Cli.Run("run", "--source", "test:160x90@30?frames=3", "--sink", "web://[::1]:0");

        if (result.ExitCode == 0)
            Assert.Contains("http://[::1]:", result.Output);
        else
            IsSentence(result, ExitCode.AddressRefused, "::1");
    }

    [Theory]
    [InlineData("web://0.0.0.0:8080")]
    [InlineData("web://192.0.2.1:8080")]
    [InlineData("web://example.com:8080")]
    public void An_address_that_is_not_loopback(string sink) =>
        Fails(ExitCode.AddressRefused, "loopback", "run", "--source", "test:160x90", "--sink", sink);

    [Fact]
    public void An_unwritable_output() => Fails(
        ExitCode.OutputUnwritable, "no-such-folder", "run", "--source", "test:160x90?frames=3", "--sink",
        $"file:{_folder.File("no-such-folder")}/out.mp4");

    [Fact]
    public void An_unwritable_folder()
    {
        var file = _folder.Write("taken", [1]);

        Fails(ExitCode.OutputUnwritable, "taken", "explain", Photo, "-o", Path.Combine(file, "maps"));
    }

    [Fact]
    public void An_output_that_exists()
    {
        var there = _folder.Write("out.mp4", [1, 2, 3]);

        Fails(ExitCode.OutputExists, "out.mp4", "run", "--source", "test:160x90?frames=3", "--sink", $"file:{there}");

        Assert.Equal([1, 2, 3], File.ReadAllBytes(there));
    }

    [Fact]
    public void Explanations_that_exist()
    {
        var there = _folder.Write("coffee.map.npy", [1, 2, 3]);

        Fails(ExitCode.OutputExists, "--force", "explain", Photo, "-o", _folder.Path);

        Assert.Equal([there], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_machine_without_ffmpeg()
    {
        var result = Cli.Run(["run", "--source", Tour, "--sink", "null:"], ("PATH", _folder.Path));

        IsSentence(result, ExitCode.ToolMissing, "apt-get install ffmpeg");
    }

    [Theory]
    [InlineData("--opacity", "7")]
    [InlineData("--fit", "round")]
    [InlineData("--colormap", "rainbow")]
    [InlineData("--delivery", "sometimes")]
    [InlineData("--pace", "slow")]
    [InlineData("--weights", "1,2")]
    [InlineData("--weights", "-1,1,1,1,1")]
    [InlineData("--view", "sideways")]
    [InlineData("--sink", "ftp://somewhere")]
    [InlineData("--sink", "file:out.txt")]
    [InlineData("--unknown", "1")]
    public void A_bad_option_value(string option, string value) =>
        Fails(ExitCode.BadOption, "", "run", "--source", "test:160x90?frames=3", "--sink", "null:", option, value);

    [Theory]
    [InlineData("test:10x10")]
    [InlineData("test:1280x720@0")]
    [InlineData("gopher://somewhere")]
    public void A_bad_source(string source) => Fails(ExitCode.BadOption, source, "run", "--source", source, "--sink", "null:");

    [Theory]
    [InlineData("ffconcat version 1.0\nfile '{0}'\n")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{0}\n#EXT-X-ENDLIST\n")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n")]
    public void A_playlist_renamed_to_mp4_opens_nothing(string playlist)
    {
        var path = _folder.Write("list.mp4", Encoding.UTF8.GetBytes(string.Format(playlist, Tour)));

        var result = Cli.Run("run", "--source", path, "--sink", "null:", "--json");

        IsSentence(result, ExitCode.SourceUnreadable, "list.mp4");
        Assert.Equal(0, result.Ended.GetProperty("pictures").GetInt64());
        Assert.Equal("failed", result.Ended.GetProperty("source").GetProperty("state").GetString());
    }

    static void Fails(ExitCode code, string names, params string[] arguments) => IsSentence(Cli.Run(arguments), code, names);

    static void IsSentence(Cli.Result result, ExitCode code, string names)
    {
        Assert.Equal(((int)code, code), (result.ExitCode, (ExitCode)result.ExitCode));
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("fastcam: ")).ToList();
        Assert.Single(lines);
        Assert.Contains(names, lines[0]);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.DoesNotContain("Exception", result.Error);
    }
}
