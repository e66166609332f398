namespace FastCam.Saliency;

/// <summary>Where the channels of a pixel lie that lie side by side: all of them, or block by block.</summary>
/// <param name="Channels">The number of channels.</param>
/// <param name="Block">Channels side by side; what is beyond the channels in the last block does not count.</param>
/// <param name="Stride">The pixels of the image: a block lies pixel by pixel.</param>
readonly record struct ChannelBlocks(int Channels, int Block, int Stride)
{
    /// <summary>Every pixel's channels side by side.</summary>
    public static ChannelBlocks ChannelsLast(int channels) => new(channels, channels, 1);
}
