namespace FastCam.Saliency.Statistics;

/// <summary>Where the channels of a pixel lie: some of them side by side, in block after block, each of which holds all pixels.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Block">Channels side by side; what is beyond the channels in the last block does not count.</param>
/// <param name="Stride">The pixels of the image: a block lies pixel by pixel.</param>
readonly record struct ChannelBlocks(int Channels, int Block, int Stride)
{
    /// <summary>Channel by channel, in each all pixels.</summary>
    public static ChannelBlocks Planar(int channels, int stride) => new(channels, 1, stride);

    /// <summary>Every pixel's channels side by side.</summary>
    public static ChannelBlocks ChannelsLast(int channels) => new(channels, channels, 1);

    /// <summary>Where a pixel's value in a channel is.</summary>
    public int Offset(int channel, int pixel) => (channel / Block * Stride + pixel) * Block + channel % Block;

    /// <summary>From one pixel to the next.</summary>
    public int Pixel => Block;
}
