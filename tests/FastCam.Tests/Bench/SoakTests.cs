using System.Globalization;
using System.Text.Json;

namespace FastCam.Tests.Bench;

/// <summary>
/// A long stream does not grow. By default it is a short one of a small network; <c>make long soak</c> takes the default model and 20 000 frames.
/// </summary>
public sealed class SoakTests
{
    const string Variable = "FASTCAM_SOAK_FRAMES";

    /// <summary>In a quarter of so many frames, 25 pages, which come and go by chance, would be a slope beyond the bar.</summary>
    const string Short = "40000";

    /// <summary>The difference that one look may have from another, in MB: pages come and go a few at a time.</summary>
    const double Drift = 10;

    static readonly string Report = Repository.File("artifacts", "tests", "soak.txt");

    static readonly string? Long = Environment.GetEnvironmentVariable(Variable);

    [Fact]
    public void The_memory_of_a_stream_is_level()
    {
        string[] network = Long is null ? ["--generate", "squeezenet1.1", "--input-size", "64"] : [];

        var report = Cli.Cli.Run(["bench", .. network, "--soak", Long ?? Short, "--json"]).Succeeded().LastJson;

        Assert.InRange(report.GetProperty("samples").GetInt32(), 98, 102);
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        var stream = $"{report.GetProperty("frames")} frames of {report.GetProperty("model")} by {report.GetProperty("by")}";
        File.WriteAllText(Report, $"{stream}: growth in MB for 100 000 frames, with its interval of 95 %{Environment.NewLine}");
        AssertLevel(report, "managed");
        AssertLevel(report, "resident");
    }

    static void AssertLevel(JsonElement report, string memory)
    {
        var growth = report.GetProperty(memory);
        var (low, slope, high) = (growth.GetProperty("low").GetDouble(), growth.GetProperty("slope").GetDouble(), growth.GetProperty("high").GetDouble());
        var text = string.Create(CultureInfo.InvariantCulture, $"{memory}: {slope:F2} [{low:F2}, {high:F2}]");
        File.AppendAllText(Report, $"{text}{Environment.NewLine}");
        Assert.InRange(slope, low, high);
        Assert.InRange(growth.GetProperty("last").GetDouble(), 1, 1000);
        Assert.True(growth.GetProperty("isLevel").GetBoolean(), text);
        Assert.InRange(growth.GetProperty("last").GetDouble() - growth.GetProperty("first").GetDouble(), -Drift, Drift);
        Assert.Equal(low <= 0 || high <= 1, growth.GetProperty("isLevel").GetBoolean());
    }
}
