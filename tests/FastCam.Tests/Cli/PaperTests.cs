using System.Diagnostics;
using System.Text.Json;

namespace FastCam.Tests.Cli;

/// <summary>Tests <c>fastcam paper</c> as a user and a script use it.</summary>
public sealed class PaperTests
{
    [Fact]
    public void It_shows_printed_beside_recomputed_with_the_reasons_and_succeeds()
    {
        var result = Cli.RunInside("paper").Succeeded();

        foreach (var table in new[] { "Table 1", "Table 2", "Table 3", "Table 6" })
            Assert.Contains(table, result.Output);
        Assert.Contains("1.46  1.086 ✗", result.Output);
        Assert.Contains("0.04  0.028 ≈", result.Output);
        Assert.Contains("✗ Log Normal Mean, ImageNet: Table 4 gives 1.0855", result.Output);
        Assert.Contains("✗ 5 are errors of the print, and so is Equation 9.", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Machines_get_every_value_with_its_verdict()
    {
        var tables = Cli.RunInside("paper", "--json").Succeeded().LastJson.GetProperty("tables").EnumerateArray().ToList();
        var smoe = Find(tables, "Table 1, difference score", "SMOE Scale", "ImageNet");

        Assert.Equal((1.70, "rounding"), (smoe.GetProperty("printed").GetDouble(), smoe.GetProperty("verdict").GetString()));
        Assert.Equal(1.7058, smoe.GetProperty("recomputed").GetDouble(), 1e-9);
        Assert.InRange(smoe.GetProperty("least").GetDouble(), 1.7047, 1.7049);
        Assert.Equal("agrees", Find(tables, "Table 6", "total", "combine").GetProperty("verdict").GetString());
        var verdicts = tables.SelectMany(table => table.GetProperty("values").EnumerateArray()).Select(value => value.GetProperty("verdict").GetString());
        Assert.Equal(5, verdicts.Count(verdict => verdict == "error"));
    }

    [Fact]
    public void A_model_is_counted_beside_the_papers()
    {
        var model = Cli.RunInside("paper", "--model", "efficientnet-lite0", "--json").Succeeded().LastJson.GetProperty("model");

        Assert.Equal(385_187_552, model.GetProperty("multiplyAdds").GetInt64());
        var scales = model.GetProperty("scales");
        Assert.Equal([(4 * 96 + 1) * 112 * 112, (4 * 1280 + 1) * 7 * 7], new[] { 0, 4 }.Select(scale => scales[scale].GetProperty("smoe").GetInt32()));
        Assert.Equal(117_012, model.GetProperty("memoryBytes").GetInt64());
        Assert.InRange(model.GetProperty("leastOverheadPercent").GetDouble(), 2.58, 2.59);
        Assert.Contains("385,187,552 multiply-adds", Cli.RunInside("paper", "--model", "efficientnet-lite0").Succeeded().Output);
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused_in_a_sentence()
    {
        var result = Cli.RunInside("paper", "--model", "nowhere.onnx");

        Assert.Equal((int)FastCam.Cli.ExitCode.ModelNotFound, result.ExitCode);
        Assert.Contains("nowhere.onnx", result.Error);
    }

    [Fact]
    public void It_takes_no_more_than_two_seconds()
    {
        Cli.Run("paper").Succeeded(); // The first start reads from disk, which is not the command's time.
        var fastest = Enumerable.Range(0, 3).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            Cli.Run("paper").Succeeded();
            return Stopwatch.GetElapsedTime(start);
        });

        Assert.InRange(fastest.TotalSeconds, 0, 2);
    }

    static JsonElement Find(List<JsonElement> tables, string table, string row, string column) =>
        tables.Single(candidate => candidate.GetProperty("table").GetString() == table).GetProperty("values").EnumerateArray()
            .Single(value => value.GetProperty("row").GetString() == row && value.GetProperty("column").GetString() == column);
}
