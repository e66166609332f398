namespace FastCam.Saliency;

/// <summary>A statistic that runs at about the cost of reading the tensor once, on the widest registers of the machine.</summary>
abstract class LaneStatistic : Statistic
{
    public sealed override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map)
    {
        ThrowIfUnlike(activations, channels, map);
        if (Lanes512.IsHardwareAccelerated && map.Length >= Lanes512.Count)
            Compute<Lanes512>(activations, channels, map);
        else if (Lanes256.IsHardwareAccelerated && map.Length >= Lanes256.Count)
            Compute<Lanes256>(activations, channels, map);
        else if (Lanes128.IsHardwareAccelerated && map.Length >= Lanes128.Count)
            Compute<Lanes128>(activations, channels, map);
        else
            ComputeColumns(activations, map, 0, map.Length);
    }

    /// <summary>The map on one width; it must have at least as many pixels as <typeparamref name="T"/> has lanes.</summary>
    public abstract void Compute<T>(ReadOnlySpan<float> activations, int channels, Span<float> map) where T : unmanaged, ILanes<T>;

    /// <summary>
    /// One pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vectors cannot take.
    /// </summary>
    public void ComputeColumns(ReadOnlySpan<float> activations, Span<float> map, int start, int count)
    {
        for (var pixel = start; pixel < start + count; pixel++)
            map[pixel] = Value.Finite(Column(activations[pixel..], map.Length));
    }

    /// <summary>The statistic of the values at 0, <paramref name="stride"/>, twice that, and so on to the end.</summary>
    protected abstract double Column(ReadOnlySpan<float> values, int stride);
}
