using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>A statistic that runs at about the cost of reading the tensor once, on the widest registers of the machine.</summary>
abstract class LaneStatistic : PartStatistic
{
    public sealed override void Compute(ReadOnlySpan<float> activations, int channels, Span<float> map)
    {
        ThrowIfUnlike(activations, channels, map);
        Planar(new NumberReader(), activations, ChannelBlocks.Planar(channels, map.Length), map, LinearScale.Identity);
    }

    public sealed override void ComputePart(ReadOnlySpan<float> activations, int channels, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        Planar(new NumberReader(), activations[start..], ChannelBlocks.Planar(channels, pixels), map, LinearScale.Identity);
    }

    public sealed override void ComputeBlockedPart(ReadOnlySpan<float> activations, int channels, int block, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, FilledUp(channels, block), start, map);
        Blocked(new NumberReader(), activations[(start * block)..], new ChannelBlocks(channels, block, pixels), map, LinearScale.Identity);
    }

    public sealed override void ComputePart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, bool channelsLast, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        ThrowIfUnsupported(quantisation);
        var reader = new ByteReader(quantisation.IsSigned ? (byte)0x80 : (byte)0, 0);
        var zero = quantisation.IsSigned ? quantisation.ZeroPoint + 128 : quantisation.ZeroPoint;
        var unit = new LinearScale(quantisation.Scale, MovesWithTheZeroPoint ? -zero * quantisation.Scale : 0);
        if (channelsLast) Blocked(reader, activations[(start * channels)..], ChannelBlocks.ChannelsLast(channels), map, unit);
        else Planar(reader, activations[start..], ChannelBlocks.Planar(channels, pixels), map, unit);
    }

    void Planar<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (Lanes512.IsHardwareAccelerated && map.Length >= Lanes512.Count)
            Compute<Lanes512, TElement, TReader>(reader, activations, layout, map, unit);
        else if (Lanes256.IsHardwareAccelerated && map.Length >= Lanes256.Count)
            Compute<Lanes256, TElement, TReader>(reader, activations, layout, map, unit);
        else if (Lanes128.IsHardwareAccelerated && map.Length >= Lanes128.Count)
            Compute<Lanes128, TElement, TReader>(reader, activations, layout, map, unit);
        else
            ComputeColumns(reader, activations, layout, map, 0, map.Length, unit);
    }

    void Blocked<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (Lanes512.IsHardwareAccelerated && layout.Block >= Lanes512.Count)
            ComputeBlocked<Lanes512, TElement, TReader>(reader, activations, layout, map, unit);
        else if (Lanes256.IsHardwareAccelerated && layout.Block >= Lanes256.Count)
            ComputeBlocked<Lanes256, TElement, TReader>(reader, activations, layout, map, unit);
        else if (Lanes128.IsHardwareAccelerated && layout.Block >= Lanes128.Count)
            ComputeBlocked<Lanes128, TElement, TReader>(reader, activations, layout, map, unit);
        else
            ComputeColumns(reader, activations, layout, map, 0, map.Length, unit);
    }

    /// <summary>Whether adding a constant to every channel adds it to the statistic too.</summary>
    protected virtual bool MovesWithTheZeroPoint => true;

    /// <summary>The planar map on one width; it must have at least as many pixels as <typeparamref name="T"/> has lanes.</summary>
    public abstract void Compute<T, TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where T : unmanaged, ILanes<T> where TElement : unmanaged where TReader : struct, IReader<TElement>;

    /// <summary>The map of channels side by side on one width, which must not be wider than a block.</summary>
    public abstract void ComputeBlocked<T, TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where T : unmanaged, ILanes<T> where TElement : unmanaged where TReader : struct, IReader<TElement>;

    /// <summary>
    /// One pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vectors cannot take.
    /// </summary>
    public void ComputeColumns<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, int start, int count, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        for (var pixel = start; pixel < start + count; pixel++)
            map[pixel] = FiniteFloat.From(Column(reader, activations, layout, pixel) * unit.Scale + unit.Offset);
    }

    /// <summary>The statistic of one pixel's values.</summary>
    protected abstract double Column<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, int pixel)
        where TElement : unmanaged where TReader : struct, IReader<TElement>;
}

/// <summary>What a result that is counted in steps stands for: result · scale + offset.</summary>
readonly record struct LinearScale(float Scale, float Offset)
{
    /// <summary>Results that are what they are.</summary>
    public static readonly LinearScale Identity = new(1, 0);
}
