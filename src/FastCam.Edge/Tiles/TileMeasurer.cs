using System.Diagnostics;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Tiles;

/// <summary>
/// The first pass: the network sees each tile once, its layer statistics are kept, and their moments are taken over the whole picture,
/// each position counted once: a cell of an overlap counts by the share that its tile has in the blended picture there.
/// </summary>
sealed class TileMeasurer(Network network, Statistic statistic) : IDisposable
{
    readonly NetworkSlot _slot = network.CreateSlot();
    readonly TapStatistics _statistics = new(network, statistic);
    readonly Prediction[] _top = new Prediction[1];

    public TileMeasurement Measure(LargeImage image, TileGrid grid, LayerStore store, Action tileDone, CancellationToken stop)
    {
        var taps = network.Model.Taps;
        var reader = new TileReader(image, grid, network.Model.Input);
        var columns = taps.Select(tap => Feathers(grid.Across, tap.Width)).ToArray();
        var rows = taps.Select(tap => Feathers(grid.Down, tap.Height)).ToArray();
        var moments = taps.Select(_ => new PooledMoments()).ToArray();
        var classes = new Dictionary<int, int>();
        TimeSpan preprocess = default, forward = default, statistics = default;
        for (var row = 0; row < grid.Down.Count; row++)
        {
            var start = Stopwatch.GetTimestamp();
            reader.MoveTo(row);
            preprocess += Stopwatch.GetElapsedTime(start);
            for (var column = 0; column < grid.Across.Count; column++)
            {
                stop.ThrowIfCancellationRequested();
                start = Stopwatch.GetTimestamp();
                reader.Read(column, _slot.Input);
                var prepared = Stopwatch.GetTimestamp();
                network.Run(_slot);
                var passed = Stopwatch.GetTimestamp();
                for (var layer = 0; layer < taps.Count; layer++)
                {
                    _statistics.Read(_slot, layer, store.Layer(layer));
                    moments[layer].Add(store.Layer(layer), columns[layer][column], rows[layer][row]);
                }
                store.Save(row * grid.Across.Count + column);
                statistics += Stopwatch.GetElapsedTime(passed);
                preprocess += Stopwatch.GetElapsedTime(start, prepared);
                forward += Stopwatch.GetElapsedTime(prepared, passed);
                if (Predictions.Top(_slot.Scores, network.Model.HasProbabilities, _top) > 0)
                    classes[_top[0].Class] = classes.GetValueOrDefault(_top[0].Class) + 1;
                tileDone();
            }
        }
        return new TileMeasurement([.. moments.Select(pool => pool.Moments)], classes, preprocess, forward, statistics);
    }

    public void Dispose() => _slot.Dispose();

    static float[][] Feathers(TileAxis axis, int cells) => [.. Enumerable.Range(0, axis.Count).Select(index => axis.Feather(index, cells))];
}

/// <summary>What the first pass finds.</summary>
/// <param name="Moments">Each layer's, over the whole picture.</param>
/// <param name="Classes">In how many tiles each class came first.</param>
/// <param name="Preprocess">What making the inputs took.</param>
/// <param name="Forward">What the forward passes took.</param>
/// <param name="Statistics">What taking and keeping the statistics took.</param>
sealed record TileMeasurement(IReadOnlyList<GaussMoments> Moments, IReadOnlyDictionary<int, int> Classes, TimeSpan Preprocess, TimeSpan Forward, TimeSpan Statistics);
