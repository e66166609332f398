namespace FastCam.Saliency;

/// <summary>
/// The combined map of Equation 3: every normalised layer map upsampled to one size, then sum(w · map) / sum(w). Holds work
/// buffers: one thread at a time.
/// </summary>
public sealed class ScaleCombination
{
    readonly MapSize _target;
    readonly MapSize[] _layers;
    readonly BilinearRows[] _rows;
    readonly float[][] _maps;
    readonly RowMix[] _mixes;
    readonly float[] _shares;

    /// <summary>Prepares the combination of maps of these sizes.</summary>
    /// <param name="layers">The size of each layer's map.</param>
    /// <param name="target">The size of the combined map.</param>
    /// <param name="weights">One weight a layer, finite, none negative, at least one positive; only their ratios matter.</param>
    /// <exception cref="ArgumentException">A size without pixels, or weights that cannot be used.</exception>
    public ScaleCombination(ReadOnlySpan<MapSize> layers, MapSize target, ReadOnlySpan<float> weights)
    {
        if (ScaleWeights.Fault(weights, layers.Length) is { } fault)
            throw new ArgumentException($"The weights cannot be used: {fault}.", nameof(weights));
        target.ThrowIfEmpty(nameof(target));
        double sum = 0;
        foreach (var weight in weights)
            sum += weight;

        _target = target;
        _layers = layers.ToArray();
        _shares = new float[layers.Length];
        _maps = new float[layers.Length][];
        _mixes = new RowMix[layers.Length];
        _rows = new BilinearRows[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i].ThrowIfEmpty(nameof(layers));
            _shares[i] = (float)(weights[i] / sum);
            _rows[i] = BilinearRows.Resize(layers[i], target);
        }
    }

    /// <summary>Combines the layers' maps.</summary>
    /// <param name="normalised">Each layer's map at its own size, 0..1, in the order given to the constructor.</param>
    /// <param name="combined">Becomes the combined map at the target size, 0..1.</param>
    /// <exception cref="ArgumentException">There are not as many maps as layers, or one is not of its size.</exception>
    public void Combine(IReadOnlyList<float[]> normalised, Span<float> combined)
    {
        _target.ThrowIfNot(combined.Length, nameof(combined));
        if (normalised.Count != _layers.Length)
            throw new ArgumentException($"{normalised.Count} maps are not those of {_layers.Length} layers.", nameof(normalised));
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _maps[layer] = normalised[layer];
            _layers[layer].ThrowIfNot(_maps[layer].Length, nameof(normalised));
            _rows[layer].Begin();
        }

        for (var y = 0; y < _target.Height; y++)
        {
            for (var layer = 0; layer < _layers.Length; layer++)
                _mixes[layer] = _rows[layer].Mix(_maps[layer], y, _shares[layer]);
            // The shares add up to 1 but for rounding, which could leave a pixel just above 1.
            BilinearRows.Combine(_mixes, ceiling: 1, combined.Slice(y * _target.Width, _target.Width));
        }

        GC.KeepAlive(this); // The mixes point into its rows.
    }
}
