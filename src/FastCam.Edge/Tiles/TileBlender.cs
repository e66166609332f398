using System.Numerics;
using FastCam.Onnx.Models;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Normalisations;
using FastCam.Saliency.Resampling;

namespace FastCam.Edge.Tiles;

/// <summary>
/// The second pass: each tile's maps are normalised by the whole image's moments and combined, and the tiles are blended into bands of the
/// whole map from the top down, with one row of tiles in memory.
/// </summary>
sealed class TileBlender
{
    readonly TileGrid _grid;
    readonly int _width;
    readonly int _height;
    readonly Worker[] _workers;
    readonly float[][] _combined;
    readonly float[][] _columns;
    readonly float[] _blend;

    public TileBlender(Model model, float[] weights, TileGrid grid, int width, int height, int workers)
    {
        (_grid, _width, _height) = (grid, width, height);
        var tile = new MapSize(grid.Across.Tile, grid.Down.Tile);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker(model, tile, weights))];
        _combined = [.. Enumerable.Range(0, grid.Across.Count).Select(_ => new float[tile.Pixels])];
        _columns = [.. Enumerable.Range(0, grid.Across.Count).Select(column => grid.Across.Feather(column))];
        _blend = new float[width * Math.Min(height, grid.Down.Tile)];
    }

    /// <summary>Receives the next rows of the map, 0..1.</summary>
    public delegate void Band(ReadOnlySpan<float> rows);

    public void Blend(LayerStore store, IReadOnlyList<GaussMoments> moments, Band take, Action<int> stepped, CancellationToken stop)
    {
        _blend.AsSpan().Clear();
        var first = 0;
        for (var row = 0; row < _grid.Down.Count; row++)
        {
            store.Load(row);
            TileWorkers.Run(_workers, _combined.Length, (worker, column) => worker.Combine(store, column, moments, _combined[column]), stop);
            var rows = _grid.Down.Feather(row);
            var top = _grid.Down.Start(row) - first;
            TileWorkers.Run(_workers, rows.Length, (_, y) => AddRow(rows[y], y, top + y), stop);
            stepped(_combined.Length);
            // The rows that the next row of tiles does not reach are finished.
            var end = row + 1 < _grid.Down.Count ? _grid.Down.Start(row + 1) : _height;
            take(Finish((end - first) * _width));
            _blend.AsSpan((end - first) * _width).CopyTo(_blend);
            _blend.AsSpan(_blend.Length - (end - first) * _width).Clear();
            first = end;
        }
    }

    /// <summary>Adds a row of every tile, weighted by its share, to a row of the blend.</summary>
    void AddRow(float share, int row, int to)
    {
        if (share == 0)
            return;
        for (var column = 0; column < _combined.Length; column++)
        {
            var left = _grid.Across.Start(column);
            var (from, end) = (Math.Max(left, 0), Math.Min(left + _grid.Across.Tile, _width));
            var shares = _columns[column].AsSpan(from - left, end - from);
            var source = _combined[column].AsSpan(row * _grid.Across.Tile + from - left, shares.Length);
            Add(source, shares, share, _blend.AsSpan(to * _width + from, shares.Length));
        }
    }

    static void Add(ReadOnlySpan<float> source, ReadOnlySpan<float> shares, float share, Span<float> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * new Vector<float>(shares[i..]) * share).CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] += source[i] * shares[i] * share;
    }

    /// <summary>Returns the finished rows. The shares add up to 1 except for rounding, which could leave a pixel just above 1.</summary>
    ReadOnlySpan<float> Finish(int pixels)
    {
        var done = _blend.AsSpan(0, pixels);
        foreach (ref var value in done)
            value = Math.Min(value, 1);
        return done;
    }

    /// <summary>Makes one tile's combined map at a time.</summary>
    sealed class Worker(Model model, MapSize tile, float[] weights)
    {
        readonly ScaleCombination _combination = new([.. model.ScaleEnds.Select(end => new MapSize(end.Width, end.Height))], tile, weights);
        readonly float[][] _normalised = [.. model.ScaleEnds.Select(end => new float[end.Pixels])];

        public void Combine(LayerStore store, int column, IReadOnlyList<GaussMoments> moments, Span<float> combined)
        {
            for (var layer = 0; layer < _normalised.Length; layer++)
                GaussNormalisation.Apply(store.Layer(column, layer), _normalised[layer], moments[layer]);
            _combination.Combine(_normalised, combined);
        }
    }
}
