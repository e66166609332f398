using System.Text.Json;
using FastCam.Cli;
using FastCam.Video.Frames;

namespace FastCam.Tests.Bench;

/// <summary>Tests <c>fastcam bench</c> on a small network: whether its figures are consistent, not how large they are.</summary>
public sealed class BenchCommandTests : IDisposable
{
    static readonly string[] Small = ["bench", "--generate", "squeezenet1.1", "--input-size", "128", "--threads", "1,2", "--pairs", "6"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Its_figures_are_sane_and_its_plot_is_an_image()
    {
        var plot = _folder.File("plot.png");

        var report = Cli.Cli.Run([.. Small, "--json", "-o", plot]).Succeeded().LastJson;

        Assert.Equal(Environment.ProcessorCount, report.GetProperty("machine").GetProperty("cores").GetInt32());
        Assert.Equal("1×3×128×128 float32", report.GetProperty("input").GetString());
        var passes = report.GetProperty("passes").EnumerateArray().ToList();
        Assert.Equal([1, 2], passes.Select(pass => pass.GetProperty("threads").GetInt32()).Distinct());
        foreach (var pass in passes)
        {
            AssertEstimate(pass.GetProperty("time"), 6);
            // Operators leave nothing to do after the pass; taps and nodes leave everything.
            var isWithin = pass.GetProperty("strategy").GetString() is "operator" or "blocked";
            Assert.Equal(isWithin, pass.GetProperty("withinMs").GetDouble() > 0.002);
            Assert.Equal(isWithin, pass.GetProperty("afterMs").GetDouble() < 0.002);
            Assert.Equal(pass.GetProperty("withinMs").GetDouble() + pass.GetProperty("afterMs").GetDouble(), pass.GetProperty("ownMs").GetDouble(), 9);
        }
        var steppedBack = report.GetProperty("steppedBack").EnumerateArray().Select(strategy => strategy.GetProperty("strategy").GetString());
        Assert.Equal(["blocked", "nodes", "operator", "taps"], Measured(passes).Concat(steppedBack).Order());
        string[] layouts = ["planar", "blocked", "bytes"], statistics = ["smoe", "std", "mean", "max"];
        Assert.Equal(
            layouts.SelectMany(layout => statistics.Select(statistic => $"{statistic}, {layout}, all maps"))
                .Concat(["Gauss normalisation, all maps", "combination", "LOVI"]),
            report.GetProperty("kernels").EnumerateArray().Select(step => step.GetProperty("step").GetString()));
        Assert.Equal(3, report.GetProperty("frameSteps").GetArrayLength());
        foreach (var step in report.GetProperty("kernels").EnumerateArray().Concat(report.GetProperty("frameSteps").EnumerateArray()))
        {
            AssertEstimate(step.GetProperty("time"), 6);
            Assert.True(step.GetProperty("bytes").GetInt64() > 0);
        }
        Assert.Equal(new FrameFormat(1280, 720).ByteCount, report.GetProperty("frameSteps")[0].GetProperty("bytes").GetInt64());
        AssertProgram(report);
        Assert.Equal("1400,", FFmpeg.Probe(plot, "stream=width,height")[..5]);
    }

    /// <summary>ONNX Runtime does not keep quantised tensors in blocks.</summary>
    [Fact]
    public void The_readmes_table_names_the_machine_and_each_strategy_or_why_it_stepped_back()
    {
        var markdown = Cli.Cli.Run("bench", "efficientnet-lite0-int8", "--threads", "1", "--pairs", "2", "--readme").Succeeded().Output;

        Assert.Contains("ONNX Runtime", markdown);
        foreach (var strategy in new[] { "taps", "operator", "nodes" })
            Assert.Contains($"| {strategy} | 1 |", markdown);
        Assert.DoesNotContain("| blocked |", markdown);
        Assert.Contains("no scale end of efficientnet-lite0-int8 in a blocked layout", markdown);
        Assert.Contains("| start of the program to its first overlay, median of 1 |", markdown);
        Assert.All(markdown.Split('\n').Where(line => line.StartsWith('|')), line => Assert.EndsWith("|", line));
    }

    [Theory]
    [InlineData(ExitCode.BadOption, "not both", "efficientnet-lite0", "--generate", "resnet18")]
    [InlineData(ExitCode.BadOption, "no network resnet19", "--generate", "resnet19")]
    [InlineData(ExitCode.BadOption, "separated by commas", "--threads", "1,0")]
    [InlineData(ExitCode.BadOption, "show no growth", "--soak", "100")]
    [InlineData(ExitCode.BadOption, "ends in .png", "-o", "plot.jpg")]
    [InlineData(ExitCode.BadOption, "one side", "--generate", "resnet18", "--input-size", "64x32")]
    [InlineData(ExitCode.OutputUnwritable, "no folder", "-o", "nowhere/plot.png")]
    [InlineData(ExitCode.ModelNotFound, "no model", "no-such-model")]
    internal void What_cannot_be_done_is_refused_in_a_sentence(ExitCode code, string sentence, params string[] arguments)
    {
        var result = Cli.Cli.Run(["bench", .. arguments]);

        Assert.Equal((int)code, result.ExitCode);
        Assert.Contains(sentence, result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    static void AssertEstimate(JsonElement time, int pairs)
    {
        var (low, ratio, high) = (time.GetProperty("low").GetDouble(), time.GetProperty("ratio").GetDouble(), time.GetProperty("high").GetDouble());
        Assert.Equal(pairs, time.GetProperty("pairs").GetInt32());
        Assert.True(low > 0 && low <= high, $"[{low}, {high}]");
        Assert.Equal(time.GetProperty("ms").GetDouble() / time.GetProperty("baselineMs").GetDouble(), ratio, 9);
    }

    static void AssertProgram(JsonElement report)
    {
        var pipeline = report.GetProperty("pipeline");
        AssertEstimate(pipeline.GetProperty("time"), 2);
        Assert.Equal(1 / pipeline.GetProperty("time").GetProperty("ratio").GetDouble(), pipeline.GetProperty("rateRatio").GetDouble(), 9);
        Assert.True(pipeline.GetProperty("cpu").GetDouble() > 0);
        var process = report.GetProperty("process");
        Assert.True(process.GetProperty("firstOverlayMs").GetDouble() > 1);
        Assert.InRange(process.GetProperty("streamBytes").GetInt64(), 10_000_000, 4_000_000_000);
        AssertMemory(report.GetProperty("memory"), [.. Measured(report.GetProperty("passes").EnumerateArray())]);
    }

    /// <summary>Asserts what a session and its frame need at the least, and that no more than that is held, to the megabyte.</summary>
    static void AssertMemory(JsonElement memory, string?[] strategies)
    {
        const int Combined = 128 * 128 * sizeof(float); // This is more than chance adds to a difference of two measurements, some 14 kB.
        Assert.InRange(memory.GetProperty("bareBytes").GetInt64(), 1_000_000, 100_000_000);
        var held = memory.GetProperty("strategies").EnumerateArray().ToList();
        Assert.Equal(strategies, held.Select(strategy => strategy.GetProperty("strategy").GetString()));
        foreach (var strategy in held)
        {
            Assert.InRange(strategy.GetProperty("frameBytes").GetInt64(), Combined, 20 * Combined);
            if (strategy.GetProperty("strategy").GetString() is "operator" or "blocked")
                Assert.InRange(strategy.GetProperty("sessionBytes").GetInt64(), -1_000_000, 200_000);
        }
    }

    static IEnumerable<string?> Measured(IEnumerable<JsonElement> passes) =>
        passes.Select(pass => pass.GetProperty("strategy").GetString()).Distinct();
}
