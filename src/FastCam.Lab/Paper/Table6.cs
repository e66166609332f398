using FastCam.Onnx.Costs;

namespace FastCam.Lab.Paper;

/// <summary>Recomputes Table 6 from the sizes of its layers, and what section 4.1 concludes from it.</summary>
static class Table6
{
    const string Source = "The count by layer";

    public static RecomputedTable Recompute(Published paper)
    {
        var cost = Cost(paper, 1);
        var layers = paper.Table6.Layers.Zip(cost.Scales).SelectMany((pair, index) =>
        {
            var (layer, counted) = pair;
            return Row(
                $"layer {index + 1}, {layer.Channels}×{layer.Height}×{layer.Width}", new(layer.Smoe, layer.Normalise, layer.Combine),
                counted.Statistic, counted.Normalise, counted.Combine);
        });
        return new("Table 6", "operations, a logarithm or error function counted as one",
            [.. layers, .. Row("total", paper.Table6.Total, cost.Statistic, cost.Normalise, cost.Combine)]);
    }

    /// <summary>Recomputes the totals of section 4.1, for the least and the most that a logarithm is taken to cost.</summary>
    public static RecomputedTable Conclusions(Published paper)
    {
        var claims = paper.Section4;
        (string Column, CostClaim Printed, ExplanationCost Cost)[] columns =
        [
            (Column(1), claims.Cheapest, Cost(paper, 1)),
            (Column(ExplanationCost.DearestLogarithm), claims.Dearest, Cost(paper, ExplanationCost.DearestLogarithm)),
        ];
        List<Comparison> comparisons = [];
        foreach (var (column, printed, cost) in columns)
        {
            void Add(string row, Printed value, Reach reach) => comparisons.Add(Comparison.Create(row, column, value, reach, Source));
            Add("SMOE Scale", printed.Smoe, Reach.Exact(cost.Statistic));
            Add("all", printed.Total, Reach.Exact(cost.Total));
            Add("overhead, %", printed.OverheadPercent, Reach.Compute(network => 100 * cost.Total / network[0], claims.Network));
            Add("faster than a backward pass, times", printed.SpeedUp, Reach.Compute(network => network[0] / cost.Total, claims.Network));
            Add(
                $"faster than {claims.SmoothGradPasses} of SmoothGrad, times", printed.SmoothGradSpeedUp,
                Reach.Compute(network => claims.SmoothGradPasses * network[0] / cost.Total, claims.Network));
        }

        var column1 = columns[0].Column;
        comparisons.Add(Comparison.Create(
            "ResNet-50 itself, multiply-adds", column1, claims.Network, Reach.Exact(ResNet50.MultiplyAdds()), "The sum over its layers"));
        comparisons.Add(Comparison.Create(
            "extra memory, kB", column1, claims.MemoryKilobytes, Reach.Exact(Cost(paper, 1).MemoryBytes / 1000.0),
            "Five float maps and one of the first layer's size"));
        return new("Section 4.1", "what follows from Table 6", comparisons);
    }

    static string Column(int logarithm) => $"logarithm = {logarithm}";

    static ExplanationCost Cost(Published paper, int logarithm) =>
        ExplanationCost.FromScales(paper.Table6.Layers.Select(layer => (layer.Channels, layer.Height, layer.Width)), logarithm);

    static IEnumerable<Comparison> Row(string row, PrintedTotal printed, long statistic, long normalise, long combine) =>
    [
        Comparison.Create(row, "SMOE Scale", printed.Smoe, Reach.Exact(statistic), Source),
        Comparison.Create(row, "normalise", printed.Normalise, Reach.Exact(normalise), Source),
        Comparison.Create(row, "combine", printed.Combine, Reach.Exact(combine), Source),
    ];
}

/// <summary>Counts the multiply-adds of ResNet-50's convolutions and classifier for one image of 224×224, layer by layer (He et al. 2015, Table 1).</summary>
static class ResNet50
{
    static readonly int[] Blocks = [3, 4, 6, 3];

    /// <summary>Counts all multiply-adds.</summary>
    /// <param name="strideOnFirst">
    /// Whether a stage's stride is on its first 1×1 convolution, as published; otherwise it is on the 3×3, as torchvision and most files have it.
    /// </param>
    public static long MultiplyAdds(bool strideOnFirst = true)
    {
        const int StemSide = 112, StemChannels = 64, Classes = 1000;
        var total = Convolution(StemSide, 3, StemChannels, 7);
        var inputs = StemChannels;
        foreach (var (stage, blocks) in Blocks.Index())
        {
            var (side, width) = (56 >> stage, 64 << stage);
            var outputs = 4 * width;
            for (var block = 0; block < blocks; block++)
            {
                var reduces = block == 0 && stage > 0;
                var first = reduces && !strideOnFirst ? 2 * side : side;
                total += Convolution(first, inputs, width, 1) + Convolution(side, width, width, 3) + Convolution(side, width, outputs, 1);
                if (block == 0)
                    total += Convolution(side, inputs, outputs, 1);
                inputs = outputs;
            }
        }

        return total + inputs * Classes;
    }

    static long Convolution(int side, int inputs, int outputs, int kernel) => (long)side * side * inputs * outputs * kernel * kernel;
}
