namespace FastCam.Saliency.Statistics;

/// <summary>How vectors, each of neighbouring channels of one pixel, go through a pixel's channels.</summary>
/// <param name="Walks">Walks from block to block, one for each vector of a block.</param>
/// <param name="Steps">Whole vectors on a walk.</param>
/// <param name="Step">From one to the next.</param>
/// <param name="Rest">From the pixel to the last vector, of which only some lanes count; −1 where there is none.</param>
readonly unsafe record struct BlockedWalk(int Walks, int Steps, nint Step, nint Rest)
{
    /// <param name="layout">Blocks of a multiple of the lanes, or all channels in one, at least as many as there are lanes.</param>
    /// <param name="lanes">Lanes of a vector.</param>
    /// <param name="mask">Becomes 1 for each place of the last vectors that counts, 0 for the others; as many places as a block has, or lanes where all is one block.</param>
    public static BlockedWalk Through(ChannelBlocks layout, int lanes, float* mask)
    {
        var (channels, block, stride) = layout;
        var isOneBlock = block == channels;
        var places = isOneBlock ? lanes : block;
        var rest = channels % places;
        // The last vector of one block is moved back to end with it: what counts of it are its last lanes. In blocks there is room behind.
        for (var place = 0; place < places; place++) mask[place] = (isOneBlock ? place >= places - rest : place < rest) ? 1 : 0;
        var whole = channels / places;
        return isOneBlock
            ? new BlockedWalk(1, whole, lanes, rest > 0 ? channels - lanes : -1)
            : new BlockedWalk(block / lanes, whole, (nint)stride * block, rest > 0 ? (nint)whole * stride * block : -1);
    }
}
