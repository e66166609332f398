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
        if (!Supports(quantisation)) throw new ArgumentOutOfRangeException(nameof(quantisation), quantisation, $"{Name} cannot be taken of bytes in these steps.");
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
        if (block is not (8 or 16)) throw new ArgumentOutOfRangeException(nameof(block), block, "A block holds 8 or 16 channels.");
        return (channels + block - 1) / block * block;
    }
}
