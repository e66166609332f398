using FastCam.Onnx.Costs;
using FastCam.Onnx.Models;

namespace FastCam.Lab.Paper;

/// <summary>The paper's tables, recomputed from the numbers that they are made of.</summary>
/// <param name="Tables">Table by table.</param>
/// <param name="Findings">What is no single value.</param>
/// <param name="Model">The same operations for a model of the user's; null without one.</param>
sealed record PaperReport(IReadOnlyList<RecomputedTable> Tables, IReadOnlyList<Finding> Findings, ModelCost? Model)
{
    public IEnumerable<Comparison> Comparisons => Tables.SelectMany(table => table.Comparisons);

    /// <param name="paper">The printed numbers.</param>
    /// <param name="model">A model to count the operations of; null for none.</param>
    public static PaperReport Of(Published paper, Model? model) => new(
        [Table3.Recompute(paper), Table1.Difference(paper), Table1.Information(paper), Table2.Recompute(paper), Table6.Recompute(paper), Table6.Conclusions(paper)],
        [Table1.Logarithm(paper)],
        model is null ? null : ModelCost.Of(model));
}

/// <summary>What a model costs, and what its explanation adds.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Network">Its own work.</param>
/// <param name="Scales">What is tapped of it.</param>
/// <param name="Least">What the explanation adds, a logarithm counted as one operation.</param>
/// <param name="Most">The same, a logarithm counted as the most that it can cost.</param>
sealed record ModelCost(string Model, NetworkCost Network, IReadOnlyList<Onnx.Taps.Tap> Scales, ExplanationCost Least, ExplanationCost Most)
{
    public static ModelCost Of(Model model)
    {
        var sizes = model.Taps.Select(tap => (tap.Channels, tap.Height, tap.Width)).ToList();
        return new ModelCost(model.Name, model.Cost, model.Taps, ExplanationCost.Of(sizes), ExplanationCost.Of(sizes, ExplanationCost.DearestLogarithm));
    }

    /// <summary>Operations added for each of the network's, in percent; null where none of the network's could be counted.</summary>
    public double? OverheadPercent(ExplanationCost cost) => Network.MultiplyAdds > 0 ? 100.0 * cost.Total / Network.MultiplyAdds : null;
}
