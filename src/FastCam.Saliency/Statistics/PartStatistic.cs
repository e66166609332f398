using System.Runtime.CompilerServices;
using FastCam.Saliency.Simd;

namespace FastCam.Saliency.Statistics;

/// <summary>
/// A statistic that can be taken of a part of an image, for callers that share it out among threads, and in the layouts in which runtimes keep tensors
/// inside. Wherever a part has at least 16 pixels, or is the whole, each pixel gets the very value that the whole would give it.
/// </summary>
public abstract class PartStatistic : Statistic
{
    /// <summary>Some neighbouring pixels of an image.</summary>
    /// <param name="activations">The whole image: channels × pixels, channel-major.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or there are no channels.</exception>
    public abstract void ComputePart(ReadOnlySpan<float> activations, int channels, int start, Span<float> map);

    /// <summary>
    /// The same in the blocked layout (NCHWc): block by block of channels, in each all pixels, in each the channels of the block. The last block is
    /// full in memory, whatever the number of channels.
    /// </summary>
    /// <param name="activations">The whole image: ⌈channels / block⌉ × pixels × block values.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="block">Channels in a block: 8 or 16.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, there are no channels, or the block is of another size.</exception>
    public abstract void ComputeBlockedPart(ReadOnlySpan<float> activations, int channels, int block, int start, Span<float> map);

    /// <summary>The same of a quantised tensor.</summary>
    /// <param name="activations">The whole image: channels × pixels, or pixels × channels.</param>
    /// <param name="quantisation">What the bytes stand for.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="channelsLast">Whether the channels of each pixel lie side by side.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="map">One value for each of the pixels.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, there are no channels, or the statistic does not support the quantisation.</exception>
    public abstract void ComputePart(ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, bool channelsLast, int start, Span<float> map);

    /// <summary>Whether the statistic can be taken of bytes that stand for that.</summary>
    public virtual bool Supports(Quantisation quantisation) => quantisation.IsValid;

    private protected void ThrowIfUnsupported(Quantisation quantisation)
    {
        if (!Supports(quantisation))
            throw new ArgumentOutOfRangeException(nameof(quantisation), quantisation, $"{Name} cannot be taken of bytes in these steps.");
    }

    /// <summary>Checks the lengths and returns the pixels of the image.</summary>
    private protected static int PixelsOf(int length, int channels, int filledUp, int start, Span<float> map)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        var pixels = Math.DivRem(length, filledUp, out var rest);
        return rest == 0 && start >= 0 && start <= pixels - map.Length
            ? pixels
            : throw new ArgumentException($"{length} activations in {channels} channels have no {map.Length} pixels from the pixel {start} on.");
    }

    /// <summary>The channels of all blocks.</summary>
    private protected static int FilledUp(int channels, int block)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(channels);
        if (block is not (8 or 16))
            throw new ArgumentOutOfRangeException(nameof(block), block, "A block holds 8 or 16 channels.");
        return (channels + block - 1) / block * block;
    }
}

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

    public sealed override void ComputePart(
        ReadOnlySpan<byte> activations, Quantisation quantisation, int channels, bool channelsLast, int start, Span<float> map)
    {
        var pixels = PixelsOf(activations.Length, channels, channels, start, map);
        ThrowIfUnsupported(quantisation);
        var reader = new ByteReader(quantisation.IsSigned ? (byte)0x80 : (byte)0, 0);
        var zero = quantisation.IsSigned ? quantisation.ZeroPoint + 128 : quantisation.ZeroPoint;
        var unit = new LinearScale(quantisation.Scale, MovesWithTheZeroPoint ? -zero * quantisation.Scale : 0);
        if (channelsLast)
            Blocked(reader, activations[(start * channels)..], ChannelBlocks.ChannelsLast(channels), map, unit);
        else
            Planar(reader, activations[start..], ChannelBlocks.Planar(channels, pixels), map, unit);
    }

    void Planar<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (!VectorWidth.TryRun(new PlanarCall<TElement, TReader>(this, reader, activations, layout, map, unit), map.Length))
            ComputeColumns(reader, activations, layout, map, 0, map.Length, unit);
    }

    void Blocked<TElement, TReader>(TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        if (!VectorWidth.TryRun(new BlockedCall<TElement, TReader>(this, reader, activations, layout, map, unit), layout.Block))
            ComputeColumns(reader, activations, layout, map, 0, map.Length, unit);
    }

    readonly ref struct PlanarCall<TElement, TReader>(
        LaneStatistic statistic, TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) : ILaneCall
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        readonly ReadOnlySpan<TElement> _activations = activations;
        readonly Span<float> _map = map;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => statistic.Compute<T, TElement, TReader>(reader, _activations, layout, _map, unit);
    }

    readonly ref struct BlockedCall<TElement, TReader>(
        LaneStatistic statistic, TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit) : ILaneCall
        where TElement : unmanaged where TReader : struct, IReader<TElement>
    {
        readonly ReadOnlySpan<TElement> _activations = activations;
        readonly Span<float> _map = map;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<T>() where T : unmanaged, ILanes<T> => statistic.ComputeBlocked<T, TElement, TReader>(reader, _activations, layout, _map, unit);
    }

    /// <summary>Whether adding a constant to every channel adds it to the statistic too.</summary>
    protected virtual bool MovesWithTheZeroPoint => true;

    /// <summary>The planar map on one width; it must have at least as many pixels as <typeparamref name="T"/> has lanes.</summary>
    public abstract void Compute<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where T : unmanaged, ILanes<T> where TElement : unmanaged where TReader : struct, IReader<TElement>;

    /// <summary>The map of channels side by side on one width, which must not be wider than a block.</summary>
    public abstract void ComputeBlocked<T, TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, LinearScale unit)
        where T : unmanaged, ILanes<T> where TElement : unmanaged where TReader : struct, IReader<TElement>;

    /// <summary>
    /// One pixel at a time in float64: for maps narrower than a vector, and for pixels whose values the vectors cannot take.
    /// </summary>
    public void ComputeColumns<TElement, TReader>(
        TReader reader, ReadOnlySpan<TElement> activations, ChannelBlocks layout, Span<float> map, int start, int count, LinearScale unit)
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
