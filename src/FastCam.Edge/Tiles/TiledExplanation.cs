using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge.Images;
using FastCam.Edge.Overlays;
using FastCam.Onnx.Explanation;
using FastCam.Video.Stills;

namespace FastCam.Edge.Tiles;

/// <summary>Explains one image after another at its own resolution and writes the results.</summary>
/// <param name="network">The network.</param>
/// <param name="size">A tile's size.</param>
/// <param name="overlay">The colours.</param>
/// <param name="workers">The number of tiles at a time; where there are several, the network should take one thread a pass.</param>
sealed class TiledExplanation(ExplainedNetwork network, TileSize size, OverlaySettings overlay, int workers) : IDisposable
{
    const int MostClasses = 5;

    readonly TileMeasurer _measurer = new(network.Network, network.Options.Statistic, workers);
    readonly float[] _weights = network.Options.Weights.For(network.Model.ScaleEnds.Count);

    /// <summary>Explains an image, writes its files and returns its report.</summary>
    /// <param name="path">The image.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="begun">Called at the start of each pass with its number of tiles; 0 where tiles cannot be counted.</param>
    /// <param name="stepped">Called with the number of tiles that a pass has done since the last call.</param>
    /// <param name="stop">Asks for an early end, which leaves no files.</param>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    public TiledReport Write(string path, ExplanationOutput output, Action<string, int> begun, Action<int> stepped, CancellationToken stop)
    {
        var start = Stopwatch.GetTimestamp();
        var version = FileVersion.Read(path);
        using var image = StillPipeline.Open(path);
        var open = Stopwatch.GetElapsedTime(start);
        var grid = new TileGrid(image.Width, image.Height, size);
        using var store = new LayerStore(network.Model.ScaleEnds, grid.Across.Count, Path.GetDirectoryName(Path.GetFullPath(output.Map))!);
        using var files = new TiledOutput(output, image.Width, image.Height);
        begun("first pass", grid.Count);
        var measured = _measurer.Measure(image, grid, store, stepped, stop);
        begun("second pass", grid.Count);
        start = Stopwatch.GetTimestamp();
        var blender = new TileBlender(network.Model, _weights, grid, image.Width, image.Height, workers);
        blender.Blend(store, measured.Moments, files.Write, stepped, stop);
        var blend = Stopwatch.GetElapsedTime(start);
        begun("drawing", 0);
        start = Stopwatch.GetTimestamp();
        files.Keep(path, version, overlay, stop);
        var write = Stopwatch.GetElapsedTime(start);
        var most = measured.Classes.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(MostClasses);
        var report = new TiledReport(
            path, image.Width, image.Height, network.Model.Name, network.Provider.Name,
            new ReportedTiles(size.Width, size.Height, size.Overlap, grid.Across.Count, grid.Down.Count),
            [.. most.Select(entry => new ReportedTileClass(entry.Key, network.Model.LabelOf(entry.Key), entry.Value))],
            [.. network.Model.ScaleEnds.Select(end => new ReportedTap(end.Name, end.Channels, end.Height, end.Width))], _weights,
            [.. measured.Moments.Select(moments => new ReportedMoments(moments.Mean, moments.Sigma))],
            new ReportedTileTimings(
                (open + measured.Decode).TotalMilliseconds, measured.Preprocess.TotalMilliseconds, measured.Forward.TotalMilliseconds,
                measured.Statistics.TotalMilliseconds, blend.TotalMilliseconds, write.TotalMilliseconds));
        File.WriteAllText(output.Report, Serialise(report));
        return report;
    }

    public static string Serialise(TiledReport report) => JsonSerializer.Serialize(report, TiledJson.Default.TiledReport);

    public void Dispose() => _measurer.Dispose();
}

/// <summary>The content of NAME.json for an image explained by tiles.</summary>
sealed record TiledReport(
    string Image, int Width, int Height, string Model, string Provider, ReportedTiles Tiles, IReadOnlyList<ReportedTileClass> Classes,
    IReadOnlyList<ReportedTap> Taps, IReadOnlyList<float> Weights, IReadOnlyList<ReportedMoments> Moments, ReportedTileTimings Milliseconds);

sealed record ReportedTiles(int Width, int Height, int Overlap, int Columns, int Rows);

/// <summary>A class and the number of tiles in which it came first.</summary>
sealed record ReportedTileClass(int Class, string Label, int Tiles);

/// <summary>A layer's mean and standard deviation over the whole image.</summary>
sealed record ReportedMoments(double Mean, double Sigma);

/// <summary>Times in milliseconds, summed over all tiles; preprocess, forward and statistics are those of all threads together.</summary>
sealed record ReportedTileTimings(double Decode, double Preprocess, double Forward, double Statistics, double Blend, double Write);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TiledReport))]
sealed partial class TiledJson : JsonSerializerContext;
