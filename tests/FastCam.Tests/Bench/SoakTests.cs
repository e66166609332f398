using System.Text.Json;
using FastCam.Lab.Bench;

namespace FastCam.Tests.Bench;

/// <summary>
/// A long stream does not grow. By default it is a short one of a small network; <c>make long soak</c> takes the default model and 20 000 frames.
/// It runs alone, so that it ends soon and nothing else moves its memory.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SoakTests
{
    const string Variable = "FASTCAM_SOAK_FRAMES";

    /// <summary>
    /// Once in some runs, alone too, resident memory steps up by 0.3 MB and stays there. Over 40 000 frames that is a slope of 0.8 and its interval
    /// passes the bar; over so many it is a third of that.
    /// </summary>
    const string Short = "120000";

    /// <summary>The runtime compiles methods anew while they run, and what it holds meanwhile comes and goes by a megabyte: that is not the stream's.</summary>
    static readonly (string, string) CompiledOnce = ("DOTNET_TieredCompilation", "0");

    /// <summary>The difference that one look may have from another, in MB: pages come and go a few at a time.</summary>
    const double Drift = 10;

    static readonly string Report = Repository.File("artifacts", "tests", "soak.txt");

    static readonly string? Long = Environment.GetEnvironmentVariable(Variable);

    [Fact]
    public void The_memory_of_a_stream_is_level()
    {
        string[] network = Long is null ? ["--generate", "squeezenet1.1", "--input-size", "64"] : [];

        var json = Cli.Cli.Run(["bench", .. network, "--soak", Long ?? Short, "--json"], CompiledOnce).Succeeded().LastJson;
        var report = json.Deserialize(BenchJson.Default.SoakReport)!;

        Assert.InRange(report.Samples, 98, 102);
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        File.WriteAllLines(
            Report, [$"{report.Frames} frames of {report.Model} by {report.By}", $"managed: {report.Managed.Verdict}", $"resident: {report.Resident.Verdict}"]);
        AssertLevel(report.Managed, json.GetProperty("managed"));
        AssertLevel(report.Resident, json.GetProperty("resident"));
    }

    static void AssertLevel(Growth growth, JsonElement said)
    {
        Assert.InRange(growth.Slope, growth.Low, growth.High);
        Assert.InRange(growth.Last, 1, 1000);
        Assert.InRange(growth.Last - growth.First, -Drift, Drift);
        Assert.True(growth.IsLevel, growth.Verdict);
        Assert.True(said.GetProperty("isLevel").GetBoolean());
    }
}
