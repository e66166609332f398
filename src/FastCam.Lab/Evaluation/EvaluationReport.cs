using System.Text.Json.Serialization;

namespace FastCam.Lab.Evaluation;

/// <summary>What an evaluation found, for machines.</summary>
sealed record EvaluationReport(
    string Model, string Provider, string Folder, string Fit, string Fill, int Photos, int Right, IReadOnlyList<double> Fractions, IReadOnlyList<MapScore> Maps, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EvaluationReport))]
sealed partial class EvaluationJson : JsonSerializerContext;
