using FastCam.Lab.Generation;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Networks;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Statistics;
using FastCam.Tests.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace FastCam.Tests.Operator;

public sealed class BlockedTests : IDisposable
{
    const int Side = GeneratedNetworks.SmallSide;

    readonly TemporaryFolder _folder = new();
    static readonly ExplanationOptions Blocked = new() { Strategy = ExplainStrategy.Blocked };

    readonly ModelCache _cache;

    public BlockedTests() => _cache = new ModelCache(_folder.File("cache"));

    public static TheoryData<string> Names => GeneratedNetworks.Names;

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public void A_generated_network_is_explained_as_by_taps(string name)
    {
        SkipWithoutBlocks();

        var by = Explanations.AssertAgreesWithTaps(GeneratedNetworks.LoadSmall(name), ExplainStrategy.Blocked, threads: 2, _cache);
        Assert.Equal(ExplainStrategy.Blocked, by);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_bundled_model_is_explained_as_by_taps(int threads)
    {
        SkipWithoutBlocks();

        Assert.Equal(ExplainStrategy.Blocked, Explanations.AssertAgreesWithTaps(Bundled(), ExplainStrategy.Blocked, threads, _cache));
    }

    [Theory]
    [InlineData("std")]
    [InlineData("mean")]
    [InlineData("max")]
    public void Another_statistic_is_taken_as_by_taps(string statistic)
    {
        SkipWithoutBlocks();

        Assert.Equal(
            ExplainStrategy.Blocked,
            Explanations.AssertAgreesWithTaps(
                Bundled(), ExplainStrategy.Blocked, threads: 2, _cache, options: new ExplanationOptions { Statistic = Statistic.Create(statistic)! }));
    }

    [Theory]
    [InlineData("mobilenetv2-imagenet1001")]
    [InlineData("ssd-mobilenetv2-coco")]
    public void A_foreign_model_is_explained_as_by_taps(string name)
    {
        SkipWithoutBlocks();
        var model = Model.Load(Shared.Path("models", $"{name}.onnx"));

        Assert.Equal(ExplainStrategy.Blocked, Explanations.AssertAgreesWithTaps(model, ExplainStrategy.Blocked, threads: 2, _cache));
    }

    [Theory, MemberData(nameof(Names))]
    public void Each_operator_runs_right_behind_its_scale_end(string name)
    {
        SkipWithoutBlocks();
        var model = GeneratedNetworks.LoadSmall(name);

        ExecutionOrder.AssertEachRunsBehindItsScaleEnd(
            BlockedModel.Make(model, Blocked.Statistic, []), GraphOptimizationLevel.ORT_DISABLE_ALL, model, _folder.Path);
    }

    [Fact]
    public void A_quantised_model_has_no_blocked_layout_and_steps_back_with_a_notice()
    {
        SkipWithoutBlocks();
        using var network = Open(Model.Load(Repository.File("models", "efficientnet-lite0-int8.onnx")));

        Assert.Equal(ExplainStrategy.Operator, network.Strategy);
        Assert.Contains("no scale end of efficientnet-lite0-int8 in a blocked layout", network.Notice);
    }

    [Fact]
    public void The_second_start_takes_the_kept_model_and_another_input_size_another()
    {
        SkipWithoutBlocks();
        var (file, _) = GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side, Dynamic = DynamicSizes.Both });
        var path = _folder.Write("net.onnx", file);
        Open(Model.Load(path, options: new ModelOptions(InputWidth: Side, InputHeight: Side))).Dispose();
        var kept = Assert.Single(Directory.GetFiles(_cache.Folder));
        var written = File.GetLastWriteTimeUtc(kept);

        Open(Model.Load(path, options: new ModelOptions(InputWidth: Side, InputHeight: Side))).Dispose();
        Assert.Equal(written, File.GetLastWriteTimeUtc(kept));

        Open(Model.Load(path, options: new ModelOptions(InputWidth: 128, InputHeight: 96))).Dispose();
        Assert.Equal(2, _cache.Size.Models);
    }

    [Fact]
    public void A_damaged_kept_model_is_made_anew()
    {
        SkipWithoutBlocks();
        var model = GeneratedNetworks.LoadSmall("resnet18");
        Open(model).Dispose();
        var kept = Assert.Single(Directory.GetFiles(_cache.Folder));
        var bytes = File.ReadAllBytes(kept);
        File.WriteAllBytes(kept, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);

        using var network = Open(model);

        Assert.Equal(ExplainStrategy.Blocked, network.Strategy);
        Assert.NotNull(_cache.Read(BlockedModel.KeyOf(model, Blocked.Statistic, [])));
    }

    [Fact]
    public void A_kept_model_that_the_runtime_does_not_take_is_made_anew()
    {
        SkipWithoutBlocks();
        var model = GeneratedNetworks.LoadSmall("resnet18");
        _cache.Write(BlockedModel.KeyOf(model, Blocked.Statistic, []), [8, 8, 1, 2, 3]);

        using var network = Open(model);

        Assert.Equal(ExplainStrategy.Blocked, network.Strategy);
        Assert.True(_cache.Size.Bytes > 1000);
    }

    [Fact]
    public void A_kept_model_that_explains_otherwise_than_the_taps_is_not_used()
    {
        SkipWithoutBlocks();
        var model = GeneratedNetworks.LoadSmall("resnet18");
        var other = Model.Load(_folder.Write("other.onnx", GeneratedNetworks.Write("resnet18", new GeneratorOptions { InputSize = Side, Seed = 4 }).File));
        _cache.Write(BlockedModel.KeyOf(model, Blocked.Statistic, []), BlockedModel.Make(other, Blocked.Statistic, []));

        using var network = Open(model);

        Assert.Equal(ExplainStrategy.Operator, network.Strategy);
        Assert.Contains("differ from the taps'", network.Notice);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_said_and_does_without()
    {
        SkipWithoutBlocks();
        var nowhere = new ModelCache(Path.Combine(_folder.Write("file", [1]), "below"));
        using var network = CpuNetwork.Open(GeneratedNetworks.LoadSmall("resnet18"), 1, Blocked, nowhere);

        Assert.Equal(ExplainStrategy.Blocked, network.Strategy);
        Assert.Contains("not kept for the next start", network.Notice);
        Assert.Contains(ModelCache.Variable, network.Notice);
    }

    [Fact]
    public void A_kept_model_is_for_its_content_and_its_taps_wherever_the_file_lies()
    {
        SkipWithoutBlocks();
        var model = Bundled();
        var moved = _folder.Write("efficientnet-lite0.onnx", File.ReadAllBytes(model.FilePath));

        string Key(Model of) => BlockedModel.KeyOf(of, Blocked.Statistic, []);

        Assert.Equal(Key(model), Key(Model.Load(moved)));
        Assert.NotEqual(Key(model), Key(Model.Load(moved, options: new ModelOptions(Taps: [.. model.ScaleEnds.Skip(1).Select(tap => tap.Name)]))));
    }

    [Fact]
    public void Doctor_shows_the_cache_and_clears_it()
    {
        _cache.Write("a", new byte[3_000_000]);

        _cache.Write("b", [1], ModelCache.ChoiceEnding);
        Assert.Contains("1 rewritten model, 1 choice of an explain strategy, TensorRT engines of 0 models, 3 of at most 2147 MB", Doctor());
        Assert.Equal((1, 1), (_cache.Size.Models, _cache.Size.Choices));
        Assert.Contains("0 rewritten models, 0 choices", Doctor("--clear-cache"));
        Assert.Equal((0, 0, 0, 0L), _cache.Size);
    }

    [Fact]
    public void Doctor_says_that_a_cache_is_not_to_be_trusted()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }
        var folder = Directory.CreateDirectory(_cache.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Equal((null, false), (_cache.Mistrust, _cache.IsReadOnly));
        Assert.Empty(folder.GetFiles());
        File.SetUnixFileMode(folder.FullName, folder.UnixFileMode | UnixFileMode.OtherWrite);

        var result = Cli.Cli.Run(["doctor", "--json"], (ModelCache.Variable, _cache.Folder));

        Assert.Equal((int)FastCam.Cli.ExitCode.OutputUnwritable, result.ExitCode);
        Assert.Contains("others may write in", result.Output);
    }

    string Doctor(params string[] options)
    {
        using var process = Cli.Cli.Start(["doctor", "--json", .. options], (ModelCache.Variable, _cache.Folder));
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    static void SkipWithoutBlocks() => Assert.SkipWhen(BlockedLayout.ChannelsInBlock == 0, "ONNX Runtime has no blocked layout on this processor");

    Network Open(Model model) => CpuNetwork.Open(model, 1, Blocked, _cache);

    static Model Bundled() => Model.Load(Repository.File("models", "efficientnet-lite0.onnx"));
}
