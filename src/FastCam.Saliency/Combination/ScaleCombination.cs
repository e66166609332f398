namespace FastCam.Saliency;

/// <summary>
/// The combined map of Equation 3: every normalised layer map upsampled to one size, then sum(w · map) / sum(w). Holds work
/// buffers: one thread at a time.
/// </summary>
public sealed class ScaleCombination
{
    readonly MapSize _target;
    readonly BilinearUpsampler[] _upsamplers;
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
        _shares = new float[layers.Length];
        _upsamplers = new BilinearUpsampler[layers.Length];
        for (var i = 0; i < layers.Length; i++)
        {
            _shares[i] = (float)(weights[i] / sum);
            _upsamplers[i] = new BilinearUpsampler(layers[i], target);
        }
    }

    /// <summary>Clears the combined map.</summary>
    /// <exception cref="ArgumentException">The map is not of the target size.</exception>
    public void Begin(Span<float> combined)
    {
        _target.ThrowIfNot(combined.Length, nameof(combined));
        combined.Clear();
    }

    /// <summary>Adds one layer's share. Once each layer has been added, in any order, the result is in 0..1.</summary>
    /// <param name="layer">The layer's place in the lists given to the constructor.</param>
    /// <param name="normalised">The layer's map at its own size, 0..1.</param>
    /// <param name="combined">The map given to <see cref="Begin"/>.</param>
    /// <exception cref="ArgumentException">A map is not of its size.</exception>
    public void Add(int layer, ReadOnlySpan<float> normalised, Span<float> combined)
    {
        // The shares add up to 1 but for rounding, which could leave a pixel just above 1.
        _upsamplers[layer].AddWeighted(normalised, _shares[layer], combined, ceiling: 1);
    }
}
