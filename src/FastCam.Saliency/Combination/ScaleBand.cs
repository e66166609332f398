using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Combination;

/// <summary>Neighbouring rows of a combined map, and the work buffers to make them: one thread at a time.</summary>
sealed class ScaleBand
{
    readonly float[] _shares;
    readonly int _width;
    readonly int _first;
    readonly int _end;
    readonly BilinearRows[] _rows;
    readonly float[][] _maps;
    readonly RowMix[] _mixes;

    /// <param name="layers">The size of each layer's map.</param>
    /// <param name="shares">Each layer's weight; they add up to 1.</param>
    /// <param name="target">The size of the combined map.</param>
    /// <param name="first">The first row.</param>
    /// <param name="end">The row after the last.</param>
    public ScaleBand(MapSize[] layers, float[] shares, MapSize target, int first, int end)
    {
        (_shares, _width, _first, _end) = (shares, target.Width, first, end);
        _rows = new BilinearRows[layers.Length];
        for (var layer = 0; layer < layers.Length; layer++) _rows[layer] = BilinearRows.Resize(layers[layer], target);
        _maps = new float[layers.Length][];
        _mixes = new RowMix[layers.Length];
    }

    /// <summary>Makes the rows.</summary>
    /// <param name="normalised">Each layer's map.</param>
    /// <param name="combined">The whole combined map.</param>
    public void Combine(IReadOnlyList<float[]> normalised, Span<float> combined)
    {
        for (var layer = 0; layer < _rows.Length; layer++)
        {
            _maps[layer] = normalised[layer];
            _rows[layer].Begin();
        }

        for (var y = _first; y < _end; y++)
        {
            for (var layer = 0; layer < _rows.Length; layer++)
                _mixes[layer] = _rows[layer].Mix(_maps[layer], y, _shares[layer]);
            // The shares add up to 1 but for rounding, which could leave a pixel just above 1.
            BilinearRows.Combine(_mixes, ceiling: 1, combined.Slice(y * _width, _width));
        }

        GC.KeepAlive(this); // The mixes point into its rows.
    }
}
