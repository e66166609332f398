using System.Diagnostics;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Networks;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Statistics;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Edge.Tiles;

/// <summary>
/// The first pass: the network sees each tile once, its layer statistics are stored, and their moments are taken over the whole image with each
/// position counted once: a cell of an overlap counts by the share that its tile has in the blended map there. The moments are added in the
/// tiles' order, so that they do not depend on the number of threads.
/// </summary>
sealed class TileMeasurer : IDisposable
{
    readonly Network _network;
    readonly Worker[] _workers;

    /// <param name="network">The network; where there are several workers, it is opened for one thread a pass.</param>
    /// <param name="statistic">The statistic that the network was opened for.</param>
    /// <param name="workers">The number of tiles at a time.</param>
    public TileMeasurer(Network network, Statistic statistic, int workers)
    {
        _network = network;
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker(network, statistic))];
    }

    public TileMeasurement Measure(StillPipeline image, TileGrid grid, LayerStore store, Action<int> stepped, CancellationToken stop)
    {
        var ends = _network.Model.ScaleEnds;
        var reader = new TileReader(image, grid);
        var columns = ends.Select(end => Feathers(grid.Across, end.Width)).ToArray();
        var rows = ends.Select(end => Feathers(grid.Down, end.Height)).ToArray();
        var moments = ends.Select(_ => new PooledMoments()).ToArray();
        var classes = new Dictionary<int, int>();
        var tops = new int[grid.Across.Count];
        foreach (var worker in _workers)
            worker.Begin();
        TimeSpan decode = default;
        for (var row = 0; row < grid.Down.Count; row++)
        {
            var start = Stopwatch.GetTimestamp();
            reader.MoveTo(row);
            decode += Stopwatch.GetElapsedTime(start);
            TileWorkers.Run(_workers, tops.Length, (worker, column) => tops[column] = worker.Look(reader, column, store), stop);
            for (var column = 0; column < tops.Length; column++)
            {
                for (var layer = 0; layer < ends.Count; layer++)
                    moments[layer].Add(store.Layer(column, layer), columns[layer][column], rows[layer][row]);
                if (tops[column] >= 0)
                    classes[tops[column]] = classes.GetValueOrDefault(tops[column]) + 1;
            }
            store.Save(row);
            stepped(tops.Length);
        }
        TimeSpan Sum(Func<Worker, TimeSpan> part) => TimeSpan.FromTicks(_workers.Sum(worker => part(worker).Ticks));
        return new TileMeasurement(
            [.. moments.Select(pool => pool.Moments)], classes, decode, Sum(worker => worker.Preprocess), Sum(worker => worker.Forward),
            Sum(worker => worker.Statistics));
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
            worker.Dispose();
    }

    static float[][] Feathers(TileAxis axis, int cells) => [.. Enumerable.Range(0, axis.Count).Select(index => axis.Feather(index, cells))];

    /// <summary>Runs the network on one tile at a time.</summary>
    sealed class Worker(Network network, Statistic statistic) : IDisposable
    {
        readonly NetworkSlot _slot = network.CreateSlot();
        readonly LayerStatistics _statistics = LayerStatistics.Create(network, statistic);
        readonly float[] _planes = new float[network.Model.Input.Length];
        readonly Predictions _predictions = new();

        public TimeSpan Preprocess { get; private set; }

        public TimeSpan Forward { get; private set; }

        public TimeSpan Statistics { get; private set; }

        public void Begin() => (Preprocess, Forward, Statistics) = (default, default, default);

        /// <summary>Puts a tile's statistics into the store and returns its most probable class; −1 where the network has no classes.</summary>
        public int Look(TileReader reader, int column, LayerStore store)
        {
            var start = Stopwatch.GetTimestamp();
            reader.Read(column, _planes);
            StillToTensor.Normalise(network.Model.Input, _planes, _slot.Input);
            var prepared = Stopwatch.GetTimestamp();
            network.Run(_slot);
            var passed = Stopwatch.GetTimestamp();
            for (var layer = 0; layer < network.Model.ScaleEnds.Count; layer++)
                _statistics.Read(_slot, layer, store.Layer(column, layer));
            Preprocess += Stopwatch.GetElapsedTime(start, prepared);
            Forward += Stopwatch.GetElapsedTime(prepared, passed);
            Statistics += Stopwatch.GetElapsedTime(passed);
            _slot.Read(_predictions);
            return _predictions.Best?.Class ?? -1;
        }

        public void Dispose() => _slot.Dispose();
    }
}

/// <summary>The results of the first pass.</summary>
/// <param name="Moments">The moments of each layer over the whole image.</param>
/// <param name="Classes">The number of tiles in which each class came first.</param>
/// <param name="Decode">The time to read the image.</param>
/// <param name="Preprocess">The time to make the inputs, all threads together.</param>
/// <param name="Forward">The time of the forward passes, likewise.</param>
/// <param name="Statistics">The time to take the statistics, likewise.</param>
sealed record TileMeasurement(
    IReadOnlyList<GaussMoments> Moments, IReadOnlyDictionary<int, int> Classes, TimeSpan Decode, TimeSpan Preprocess, TimeSpan Forward, TimeSpan Statistics);

/// <summary>Takes tiles from an image pixel for pixel, with the rows of one row of tiles in memory.</summary>
sealed class TileReader(StillPipeline image, TileGrid grid)
{
    const float MidGrey = 127.5f;

    readonly byte[] _band = new byte[3 * image.Width * Math.Min(image.Height, grid.Down.Tile)];
    int _row;
    int _first;
    int _rows;

    /// <summary>Reads the rows of the image that a row of tiles shows and the row before it did not. Rows of tiles are read from the top down.</summary>
    /// <exception cref="MediaException">The file is cut off or damaged there.</exception>
    public void MoveTo(int row)
    {
        var first = Math.Max(grid.Down.Start(row), 0);
        var rows = Math.Min(grid.Down.Start(row) + grid.Down.Tile, image.Height) - first;
        var stride = 3 * image.Width;
        var kept = _first + _rows - first;
        _band.AsSpan((first - _first) * stride, kept * stride).CopyTo(_band);
        image.ReadRows(first + kept, rows - kept, _band.AsSpan(kept * stride, (rows - kept) * stride));
        (_row, _first, _rows) = (row, first, rows);
    }

    /// <summary>Takes one tile of the current row of tiles; several threads may do so at a time.</summary>
    /// <param name="column">The tile's column.</param>
    /// <param name="planes">Filled with its red, green and blue planes, 0..255; mid-grey outside the image.</param>
    public void Read(int column, Span<float> planes)
    {
        var (width, pixels) = (grid.Across.Tile, planes.Length / 3);
        var left = grid.Across.Start(column);
        var (from, to) = (Math.Max(left, 0), Math.Min(left + width, image.Width));
        if (_rows * (to - from) < pixels)
            planes.Fill(MidGrey);
        for (var y = 0; y < _rows; y++)
        {
            var row = _band.AsSpan(3 * (y * image.Width + from), 3 * (to - from));
            var at = (_first + y - grid.Down.Start(_row)) * width + from - left;
            var red = planes.Slice(at, to - from);
            var green = planes.Slice(pixels + at, to - from);
            var blue = planes.Slice(2 * pixels + at, to - from);
            for (var x = 0; x < red.Length; x++)
                (red[x], green[x], blue[x]) = (row[3 * x], row[3 * x + 1], row[3 * x + 2]);
        }
    }
}
