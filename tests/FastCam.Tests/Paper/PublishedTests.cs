using System.Text.Json;
using FastCam.Lab.Paper;

namespace FastCam.Tests.Paper;

/// <summary>Compares the paper's numbers in the program, and its results on them, with an independent copy and computation.</summary>
public sealed class PublishedTests
{
    static readonly Published Paper = Published.Load();
    static readonly PaperReport Report = PaperReport.Create(Paper, null);

    [Fact]
    public void The_digits_are_kept_as_printed()
    {
        Assert.Equal("1.70", Paper.Table1[0].Difference[0].ToString());
        Assert.Equal(0.01, Paper.Table1[0].Difference[0].Unit, 1e-15);
        Assert.Equal((3.8e9, 1e8, "3.8e9"), (Paper.Section4.Network.Value, Paper.Section4.Network.Unit, Paper.Section4.Network.ToString()));
        Assert.Equal(1, Paper.Table6.Total.Smoe.Unit);
    }

    [Fact]
    public void Tables_4_5_and_6_are_the_papers()
    {
        var golden = Golden("paper_tables.json");
        foreach (var dataset in Paper.Table4)
        {
            var accuracies = golden.GetProperty("table4").GetProperty(dataset.Dataset);
            foreach (var row in dataset.Methods)
                Assert.Equal(Numbers(accuracies.GetProperty(row.Method)), row.Kar.Concat(row.Roar).Select(value => value.Value));
        }

        var table5 = golden.GetProperty("table5").EnumerateObject().ToDictionary(row => Plain(row.Name), row => Numbers(row.Value));
        Assert.Equal(table5.Count, Paper.Table5.Count);
        foreach (var row in Paper.Table5)
            Assert.Equal(table5[Plain(row.Method)], row.Kar.Concat(row.Roar).Select(value => value.Value));
        Assert.Equal(
            golden.GetProperty("table6_rows").EnumerateArray().Select(Numbers),
            Paper.Table6.Layers.Select(layer =>
                new[] { layer.Channels, layer.Height, layer.Width, layer.Smoe.Value, layer.Normalise.Value, layer.Combine.Value }));
    }

    [Fact]
    public void Table_1_is_recomputed_as_an_independent_computation_has_it()
    {
        var golden = Golden("paper_tables.json").GetProperty("table1");
        Assert.Equal(golden.EnumerateObject().Select(row => row.Name).Order(), Paper.Table1.Select(row => row.Method).Order());
        foreach (var row in golden.EnumerateObject())
        {
            var (name, values) = (row.Name, row.Value);
            AssertRow("Table 1, difference score", name, Numbers(values.GetProperty("printed_D")), Numbers(values.GetProperty("recomputed_D")));
            var information = Numbers(values.GetProperty("recomputed_I_natural_log"));
            AssertRow("Table 1, information score", name, Numbers(values.GetProperty("printed_I")), information);
        }
    }

    [Fact]
    public void Table_2_is_recomputed_as_an_independent_computation_has_it()
    {
        var golden = Golden("paper_tables.json").GetProperty("table2").EnumerateObject().ToDictionary(row => Plain(row.Name), row => row.Value);
        foreach (var row in Paper.Table2)
        {
            var sums = golden[Plain(row.From)];
            AssertRow("Table 2", row.Method, Numbers(sums.GetProperty("printed")), Numbers(sums.GetProperty("recomputed")));
        }
    }

    [Fact]
    public void Table_3_is_what_the_kernels_make_of_its_columns()
    {
        var values = Report.Tables.Single(table => table.Name == "Table 3").Comparisons.Chunk(3).ToList();
        var golden = Golden("c_table3.json").GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(golden.Count, values.Count);
        foreach (var (row, computed) in golden.Zip(values))
        {
            var (printed, expected) = (row.GetProperty("printed"), row.GetProperty("computed"));
            Assert.Equal(["mean", "std", "smoe"], printed.EnumerateObject().Select(value => value.Name));
            Assert.Equal(Numbers(printed), computed.Select(value => value.Printed.Value));
            Assert.Equal(expected.GetProperty("mean").GetDouble(), computed[0].Recomputed.Value, 1e-6);
            Assert.Equal(expected.GetProperty("std_biased").GetDouble(), computed[1].Recomputed.Value, 1e-6);
            Assert.Equal(expected.GetProperty("smoe_eps1e-7").GetDouble(), computed[2].Recomputed.Value, 1e-6);
        }
    }

    static void AssertRow(string table, string row, double[] printed, double[] recomputed)
    {
        var values = Report.Tables.Single(candidate => candidate.Name == table).Comparisons.Where(value => value.Row == row).ToList();
        Assert.Equal(printed, values.Select(value => value.Printed.Value));
        Assert.Equal(recomputed.Length, values.Count);
        foreach (var (expected, value) in recomputed.Zip(values))
            Assert.Equal(expected, value.Recomputed.Value, 1e-9);
    }

    static JsonElement Golden(string file) => JsonDocument.Parse(File.ReadAllBytes(Shared.Path("golden", file))).RootElement;

    static double[] Numbers(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().Select(value => value.GetDouble())]
        : [.. list.EnumerateObject().Select(value => value.Value.GetDouble())];

    static string Plain(string name) => name.Replace("...", "…");
}
