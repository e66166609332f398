using FastCam.Saliency.Resampling;

namespace FastCam.Saliency.Combination;

/// <summary>
/// The combined map of Equation 3: every normalised layer map upsampled to one size, then sum(w · map) / sum(w). Holds work
/// buffers: one thread at a time, or one for each band.
/// </summary>
public sealed class ScaleCombination
{
    readonly MapSize _target;
    readonly MapSize[] _layers;
    readonly float[] _shares;
    readonly ScaleBand[] _bands;

    /// <summary>Prepares the combination of maps of these sizes.</summary>
    /// <param name="layers">The size of each layer's map.</param>
    /// <param name="target">The size of the combined map.</param>
    /// <param name="weights">One weight a layer, finite, none negative, at least one positive; only their ratios matter.</param>
    /// <param name="bands">How many bands of rows the combined map is made in, at least 1: as many threads may make one each. A map has
    /// no more than it has rows. The values do not depend on it.</param>
    /// <exception cref="ArgumentException">A size without pixels, weights that cannot be used, or no band.</exception>
    public ScaleCombination(ReadOnlySpan<MapSize> layers, MapSize target, ReadOnlySpan<float> weights, int bands = 1)
    {
        if (ScaleWeights.Fault(weights, layers.Length) is { } fault)
            throw new ArgumentException($"The weights cannot be used: {fault}.", nameof(weights));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bands);
        target.ThrowIfEmpty(nameof(target));
        foreach (var layer in layers)
            layer.ThrowIfEmpty(nameof(layers));
        double sum = 0;
        foreach (var weight in weights)
            sum += weight;

        _target = target;
        _layers = layers.ToArray();
        _shares = new float[layers.Length];
        for (var i = 0; i < layers.Length; i++)
            _shares[i] = (float)(weights[i] / sum);
        _bands = new ScaleBand[Math.Min(bands, target.Height)];
        for (var band = 0; band < _bands.Length; band++)
            _bands[band] = new ScaleBand(_layers, _shares, target, FirstRow(band), FirstRow(band + 1));
    }

    /// <summary>How many bands of rows the combined map is made in.</summary>
    public int Bands => _bands.Length;

    /// <summary>Combines the layers' maps.</summary>
    /// <param name="normalised">Each layer's map at its own size, 0..1, in the order given to the constructor.</param>
    /// <param name="combined">Becomes the combined map at the target size, 0..1.</param>
    /// <exception cref="ArgumentException">There are not as many maps as layers, or one is not of its size.</exception>
    public void Combine(IReadOnlyList<float[]> normalised, Span<float> combined)
    {
        for (var band = 0; band < _bands.Length; band++)
            Combine(normalised, combined, band);
    }

    /// <summary>Combines the layers' maps in one band of rows.</summary>
    /// <param name="normalised">Each layer's map at its own size, 0..1, in the order given to the constructor.</param>
    /// <param name="combined">Its rows of that band become those of the combined map at the target size, 0..1.</param>
    /// <param name="band">The band, from 0 for the uppermost.</param>
    /// <exception cref="ArgumentException">There are not as many maps as layers, one is not of its size, or there is no such band.</exception>
    public void Combine(IReadOnlyList<float[]> normalised, Span<float> combined, int band)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(band);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(band, _bands.Length);
        _target.ThrowIfNot(combined.Length, nameof(combined));
        if (normalised.Count != _layers.Length)
            throw new ArgumentException($"{normalised.Count} maps are not those of {_layers.Length} layers.", nameof(normalised));
        for (var layer = 0; layer < _layers.Length; layer++)
            _layers[layer].ThrowIfNot(normalised[layer].Length, nameof(normalised));
        _bands[band].Combine(normalised, combined);
    }

    int FirstRow(int band) => (int)((long)_target.Height * band / _bands.Length);
}

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
        for (var layer = 0; layer < layers.Length; layer++)
            _rows[layer] = BilinearRows.Resize(layers[layer], target);
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
