using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge;
using FastCam.Onnx.Costs;
using FastCam.Onnx.Models;

namespace FastCam.Lab.Paper;

/// <summary>The paper's tables, recomputed from the numbers that they are made of.</summary>
/// <param name="Tables">The tables.</param>
/// <param name="Findings">The findings that concern no single value.</param>
/// <param name="Model">The same operations for a model of the user's; null where there is none.</param>
sealed record PaperReport(IReadOnlyList<RecomputedTable> Tables, IReadOnlyList<Finding> Findings, ModelCost? Model)
{
    public IEnumerable<Comparison> Comparisons => Tables.SelectMany(table => table.Comparisons);

    /// <summary>Recomputes the tables.</summary>
    /// <param name="paper">The printed numbers.</param>
    /// <param name="model">A model to count the operations of; null for none.</param>
    public static PaperReport Create(Published paper, Model? model) => new(
        [
            Table3.Recompute(paper), Table1.Difference(paper), Table1.Information(paper), Table2.Recompute(paper), Table6.Recompute(paper),
            Table6.Conclusions(paper),
        ],
        [Table1.Logarithm(paper)],
        model is null ? null : ModelCost.FromModel(model));
}

/// <summary>The cost of a model, and what its explanation adds.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Network">The cost of the network itself.</param>
/// <param name="Scales">The scale ends of which statistics are taken.</param>
/// <param name="Least">The cost that the explanation adds, with a logarithm counted as one operation.</param>
/// <param name="Most">The same, with a logarithm counted as the most that it can cost.</param>
sealed record ModelCost(
    string Model, NetworkCost Network, IReadOnlyList<Onnx.ScaleEnds.ScaleEnd> Scales, ExplanationCost Least, ExplanationCost Most)
{
    public static ModelCost FromModel(Model model)
    {
        var sizes = model.ScaleEnds.Select(end => (end.Channels, end.Height, end.Width)).ToList();
        var most = ExplanationCost.FromScales(sizes, ExplanationCost.DearestLogarithm);
        return new ModelCost(model.Name, model.Cost, model.ScaleEnds, ExplanationCost.FromScales(sizes), most);
    }

    /// <summary>Returns the operations added for each of the network's, in percent; null where none of the network's could be counted.</summary>
    public double? OverheadPercent(ExplanationCost cost) => Network.MultiplyAdds > 0 ? 100.0 * cost.Total / Network.MultiplyAdds : null;
}

/// <summary>Writes the report for machines.</summary>
static class PaperJson
{
    public static string Create(PaperReport report) => JsonSerializer.Serialize(
        new PaperDocument(
            [.. report.Tables.Select(table => new TableDocument(table.Name, table.Title, [.. table.Comparisons.Select(Describe)]))],
            [.. report.Findings.Select(finding => new FindingDocument(finding.Subject, EnumNames.Format(finding.Verdict), finding.Reason))],
            report.Model is { } model ? Describe(model) : null),
        PaperDocumentJson.Default.PaperDocument);

    static ValueDocument Describe(Comparison value) => new(
        value.Row, value.Column, value.Printed.Value, value.Recomputed.Value, value.Recomputed.Least, value.Recomputed.Most,
        EnumNames.Format(value.Verdict), value.Reason.Length > 0 ? value.Reason : null);

    static ModelDocument Describe(ModelCost model) => new(
        model.Model, model.Network.MultiplyAdds,
        [.. model.Network.Operators.Select(kind => new OperatorDocument(kind.Operator, kind.Nodes, kind.MultiplyAdds))],
        [.. model.Network.Uncounted.Select(kind => new OperatorDocument(kind.Operator, kind.Nodes, null))],
        [.. model.Scales.Zip(model.Least.Scales, (end, scale) =>
            new ScaleDocument(end.Name, end.Channels, end.Height, end.Width, scale.Statistic, scale.Normalise, scale.Combine))],
        model.Least.Total, model.Most.Total, model.OverheadPercent(model.Least), model.OverheadPercent(model.Most), model.Least.MemoryBytes);
}

sealed record PaperDocument(IReadOnlyList<TableDocument> Tables, IReadOnlyList<FindingDocument> Findings, ModelDocument? Model);

sealed record TableDocument(string Table, string Title, IReadOnlyList<ValueDocument> Values);

sealed record ValueDocument(string Row, string Column, double Printed, double Recomputed, double Least, double Most, string Verdict, string? Reason);

sealed record FindingDocument(string Subject, string Verdict, string Reason);

sealed record ModelDocument(
    string Model, long MultiplyAdds, IReadOnlyList<OperatorDocument> Operators, IReadOnlyList<OperatorDocument> Uncounted,
    IReadOnlyList<ScaleDocument> Scales, long LeastOperations, long MostOperations, double? LeastOverheadPercent, double? MostOverheadPercent,
    long MemoryBytes);

sealed record OperatorDocument(string Operator, int Nodes, long? MultiplyAdds);

sealed record ScaleDocument(string Name, int Channels, int Height, int Width, long Smoe, long Normalise, long Combine);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaperDocument))]
sealed partial class PaperDocumentJson : JsonSerializerContext;
