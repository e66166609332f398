using System.Text.Json.Serialization;
using FastCam.Edge.Images;

namespace FastCam.Edge.Tiles;

/// <summary>NAME.json of an image explained by tiles.</summary>
sealed record TiledReport(
    string Image, int Width, int Height, string Model, string Provider, ReportedTiles Tiles, IReadOnlyList<ReportedTileClass> Classes,
    IReadOnlyList<ReportedTap> Taps, IReadOnlyList<float> Weights, IReadOnlyList<ReportedMoments> Moments, ReportedTileTimings Milliseconds);

sealed record ReportedTiles(int Width, int Height, int Overlap, int Columns, int Rows);

/// <summary>A class and the number of tiles in which it came first.</summary>
sealed record ReportedTileClass(int Class, string Label, int Tiles);

/// <summary>A layer's mean and standard deviation over the whole image.</summary>
sealed record ReportedMoments(double Mean, double Sigma);

/// <summary>Sums over all tiles; preprocess, forward and statistics of all threads together.</summary>
sealed record ReportedTileTimings(double Decode, double Preprocess, double Forward, double Statistics, double Blend, double Write);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TiledReport))]
sealed partial class TiledJson : JsonSerializerContext;
