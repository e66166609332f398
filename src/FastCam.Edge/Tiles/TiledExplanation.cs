using System.Diagnostics;
using System.Text.Json;
using FastCam.Edge.Commands;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>Explains one picture after another at its own resolution and writes what was found.</summary>
sealed class TiledExplanation(Network network, ExplanationOptions options, TileSize size, PictureSettings picture) : IDisposable
{
    const int MostClasses = 5;

    readonly TileMeasurer _measurer = new(network, options.CreateStatistic());
    readonly float[] _weights = ScaleWeights.Resolve(options.Weights, network.Model.Taps.Count);

    /// <summary>Explains a picture and writes its files; answers its report.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="begun">Told of each pass and its number of tiles.</param>
    /// <param name="stepped">Called after each tile of a pass.</param>
    /// <param name="stop">Asks for an early end, which leaves no files.</param>
    /// <exception cref="OperationCanceledException">The end was asked for.</exception>
    public TiledReport Write(string path, ExplanationOutput output, Action<string, int> begun, Action stepped, CancellationToken stop)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(output.Map))!;
        var start = Stopwatch.GetTimestamp();
        using var image = LargeImage.Open(path, folder);
        var decode = Stopwatch.GetElapsedTime(start);
        var grid = new TileGrid(image, size);
        using var store = new LayerStore(network.Model.Taps, folder);
        using var files = new TiledOutput(image, output, picture.Colours, picture.Opacity);
        begun("first pass", grid.Count);
        var measured = _measurer.Measure(image, grid, store, stepped, stop);
        begun("second pass", grid.Count);
        start = Stopwatch.GetTimestamp();
        TimeSpan write = default;
        new TileBlender(network.Model, _weights, grid, image.Width, image.Height).Blend(store, measured.Moments, (first, rows) =>
        {
            var blended = Stopwatch.GetTimestamp();
            files.Write(first, rows);
            write += Stopwatch.GetElapsedTime(blended);
        }, stepped, stop);
        var blend = Stopwatch.GetElapsedTime(start) - write;
        files.Keep();
        var report = new TiledReport(
            path, image.Width, image.Height, network.Model.Name, network.Provider.Name, new ReportedTiles(size.Width, size.Height, size.Overlap, grid.Across.Count, grid.Down.Count),
            [.. measured.Classes.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(MostClasses).Select(entry => new ReportedTileClass(entry.Key, Label(entry.Key), entry.Value))],
            [.. network.Model.Taps.Select(tap => new ReportedTap(tap.Name, tap.Channels, tap.Height, tap.Width))], _weights,
            [.. measured.Moments.Select(moments => new ReportedMoments(moments.Mean, moments.Sigma))],
            new ReportedTileTimings(decode.TotalMilliseconds, measured.Preprocess.TotalMilliseconds, measured.Forward.TotalMilliseconds, measured.Statistics.TotalMilliseconds, blend.TotalMilliseconds, write.TotalMilliseconds));
        File.WriteAllText(output.Report, Serialise(report));
        return report;
    }

    public static string Serialise(TiledReport report) => JsonSerializer.Serialize(report, TiledJson.Default.TiledReport);

    public void Dispose() => _measurer.Dispose();

    string Label(int index) => index < network.Model.Labels.Count ? network.Model.Labels[index] : $"class {index}";
}
