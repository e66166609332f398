using System.Numerics;
using FastCam.Onnx.Models;
using FastCam.Saliency;

namespace FastCam.Edge.Tiles;

/// <summary>
/// The second pass: each tile's maps are normalised by the whole picture's moments and combined, and the tiles are blended into
/// bands of the whole map from the top down, with one row of tiles in memory.
/// </summary>
sealed class TileBlender
{
    readonly TileGrid _grid;
    readonly int _width;
    readonly int _height;
    readonly ScaleCombination _combination;
    readonly float[][] _normalised;
    readonly float[] _combined;
    readonly float[][] _columns;
    readonly float[] _blend;

    public TileBlender(Model model, ReadOnlySpan<float> weights, TileGrid grid, int width, int height)
    {
        (_grid, _width, _height) = (grid, width, height);
        var tile = new MapSize(grid.Across.Tile, grid.Down.Tile);
        _combination = new ScaleCombination([.. model.Taps.Select(tap => new MapSize(tap.Width, tap.Height))], tile, weights);
        _normalised = [.. model.Taps.Select(tap => new float[tap.Pixels])];
        _combined = new float[tile.Pixels];
        _columns = [.. Enumerable.Range(0, grid.Across.Count).Select(column => grid.Across.Feather(column))];
        _blend = new float[width * Math.Min(height, grid.Down.Tile + 1)]; // One more, because bands begin at even rows.
    }

    /// <summary>Takes the next rows of the map, 0..1, and the first one's number, which is even.</summary>
    public delegate void Band(int first, ReadOnlySpan<float> rows);

    public void Blend(LayerStore store, IReadOnlyList<GaussMoments> moments, Band take, Action tileDone, CancellationToken stop)
    {
        _blend.AsSpan().Clear();
        var first = 0;
        for (var row = 0; row < _grid.Down.Count; row++)
        {
            var rows = _grid.Down.Feather(row);
            for (var column = 0; column < _grid.Across.Count; column++)
            {
                stop.ThrowIfCancellationRequested();
                store.Load(row * _grid.Across.Count + column);
                Combine(store, moments);
                Add(column, rows, _grid.Down.Start(row) - first);
                tileDone();
            }
            // What the next row of tiles does not reach is done. Two rows share one of chroma, so bands begin at even rows.
            var end = row + 1 < _grid.Down.Count ? _grid.Down.Start(row + 1) & ~1 : _height;
            if (end == first) continue; // The last row of tiles may begin a single row below the one before.
            take(first, Finish((end - first) * _width));
            _blend.AsSpan((end - first) * _width).CopyTo(_blend);
            _blend.AsSpan(_blend.Length - (end - first) * _width).Clear();
            first = end;
        }
    }

    void Combine(LayerStore store, IReadOnlyList<GaussMoments> moments)
    {
        for (var layer = 0; layer < _normalised.Length; layer++) GaussNormalisation.Apply(store.Layer(layer), _normalised[layer], moments[layer]);
        _combination.Combine(_normalised, _combined);
    }

    /// <summary>Adds the tile's share to the blend, of which it begins at row <paramref name="top"/>.</summary>
    void Add(int column, ReadOnlySpan<float> rows, int top)
    {
        var left = _grid.Across.Start(column);
        var (from, to) = (Math.Max(left, 0), Math.Min(left + _grid.Across.Tile, _width));
        var shares = _columns[column].AsSpan(from - left, to - from);
        for (var y = 0; y < rows.Length; y++)
        {
            if (rows[y] == 0) continue;
            var source = _combined.AsSpan(y * _grid.Across.Tile + from - left, shares.Length);
            AddRow(source, shares, rows[y], _blend.AsSpan((top + y) * _width + from, shares.Length));
        }
    }

    static void AddRow(ReadOnlySpan<float> source, ReadOnlySpan<float> shares, float share, Span<float> target)
    {
        var i = 0;
        for (; i <= target.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(target[i..]) + new Vector<float>(source[i..]) * new Vector<float>(shares[i..]) * share).CopyTo(target[i..]);
        for (; i < target.Length; i++) target[i] += source[i] * shares[i] * share;
    }

    /// <summary>The shares add up to 1 but for rounding, which could leave a pixel just above 1.</summary>
    ReadOnlySpan<float> Finish(int pixels)
    {
        var done = _blend.AsSpan(0, pixels);
        foreach (ref var value in done) value = Math.Min(value, 1);
        return done;
    }
}
