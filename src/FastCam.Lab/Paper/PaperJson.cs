using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge;

namespace FastCam.Lab.Paper;

/// <summary>The report for machines.</summary>
static class PaperJson
{
    public static string Of(PaperReport report) => JsonSerializer.Serialize(
        new PaperDocument(
            [.. report.Tables.Select(table => new TableDocument(table.Name, table.Title, [.. table.Comparisons.Select(Describe)]))],
            [.. report.Findings.Select(finding => new FindingDocument(finding.Subject, Names.Of(finding.Verdict), finding.Reason))],
            report.Model is { } model ? Describe(model) : null),
        PaperDocumentJson.Default.PaperDocument);

    static ValueDocument Describe(Comparison value) => new(
        value.Row, value.Column, value.Printed.Value, value.Recomputed.Value, value.Recomputed.Least, value.Recomputed.Most,
        Names.Of(value.Verdict), value.Reason.Length > 0 ? value.Reason : null);

    static ModelDocument Describe(ModelCost model) => new(
        model.Model, model.Network.MultiplyAdds,
        [.. model.Network.Operators.Select(kind => new OperatorDocument(kind.Operator, kind.Nodes, kind.MultiplyAdds))],
        [.. model.Network.Uncounted.Select(kind => new OperatorDocument(kind.Operator, kind.Nodes, null))],
        [.. model.Scales.Zip(model.Least.Scales, (tap, scale) => new ScaleDocument(tap.Name, tap.Channels, tap.Height, tap.Width, scale.Statistic, scale.Normalise, scale.Combine))],
        model.Least.Total, model.Most.Total, model.OverheadPercent(model.Least), model.OverheadPercent(model.Most), model.Least.MemoryBytes);
}

sealed record PaperDocument(IReadOnlyList<TableDocument> Tables, IReadOnlyList<FindingDocument> Findings, ModelDocument? Model);

sealed record TableDocument(string Table, string Title, IReadOnlyList<ValueDocument> Values);

sealed record ValueDocument(string Row, string Column, double Printed, double Recomputed, double Least, double Most, string Verdict, string? Reason);

sealed record FindingDocument(string Subject, string Verdict, string Reason);

sealed record ModelDocument(
    string Model, long MultiplyAdds, IReadOnlyList<OperatorDocument> Operators, IReadOnlyList<OperatorDocument> Uncounted, IReadOnlyList<ScaleDocument> Scales,
    long LeastOperations, long MostOperations, double? LeastOverheadPercent, double? MostOverheadPercent, long MemoryBytes);

sealed record OperatorDocument(string Operator, int Nodes, long? MultiplyAdds);

sealed record ScaleDocument(string Name, int Channels, int Height, int Width, long Smoe, long Normalise, long Combine);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PaperDocument))]
sealed partial class PaperDocumentJson : JsonSerializerContext;
