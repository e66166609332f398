using System.Text.Json;
using FastCam.Lab.Bench;

namespace FastCam.Tests.Bench;

/// <summary>
/// A long stream does not grow. By default it is a short one of a small network; <c>make long soak</c> takes the default model and 20 000 frames.
/// </summary>
public sealed class SoakTests
{
    const string Variable = "FASTCAM_SOAK_FRAMES";

    /// <summary>In a quarter of so many frames, 25 pages, which come and go by chance, would be a slope beyond the bar.</summary>
    const string Short = "40000";

    /// <summary>The runtime compiles methods anew while they run, and what it holds meanwhile comes and goes by a megabyte: that is not the stream's.</summary>
    static readonly (string, string) CompiledOnce = ("DOTNET_TieredCompilation", "0");

    /// <summary>The difference that one look may have from another, in MB: pages come and go a few at a time.</summary>
    const double Drift = 10;

    /// <summary>
    /// The most that resident memory of the short form may grow by, in MB for 100 000 frames, for all that is known: beside other tests the system
    /// takes pages away and gives them back, and intervals of ±0.75 about 0.7 were seen. Of 32 bytes lost on each frame the slope is 3.2.
    /// </summary>
    const double MostBesideOthers = 3;

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
        AssertLevel(report.Managed, json.GetProperty("managed"), Growth.Tolerable);
        AssertLevel(report.Resident, json.GetProperty("resident"), Long is null ? MostBesideOthers : Growth.Tolerable);
    }

    static void AssertLevel(Growth growth, JsonElement said, double most)
    {
        Assert.InRange(growth.Slope, growth.Low, growth.High);
        Assert.InRange(growth.Last, 1, 1000);
        Assert.InRange(growth.Last - growth.First, -Drift, Drift);
        Assert.True(growth.High <= most, growth.Verdict);
        Assert.Equal(growth.IsLevel, said.GetProperty("isLevel").GetBoolean());
    }
}
