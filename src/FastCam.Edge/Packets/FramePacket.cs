using FastCam.Video.Frames;

namespace FastCam.Edge.Packets;

/// <summary>
/// A frame on its way to a sink, with what the network said of it and its overlay. Each holder has a lease on each part and releases it once.
/// </summary>
/// <param name="Frame">The camera's frame.</param>
/// <param name="Result">Its result, or in live delivery the newest there is; null before the first of the frame's generation.</param>
/// <param name="Overlay">The frame with the map drawn on it; null where no sink wants it drawn.</param>
readonly record struct FramePacket(Frame Frame, FrameResult? Result = null, Frame? Overlay = null)
{
    /// <summary>The frame's identity when the packet was made: its buffer may hold another frame once the packet is released.</summary>
    public FrameInfo Info { get; } = Frame.Info;

    public void AddLease()
    {
        Frame.AddLease();
        Result?.AddLease();
        Overlay?.AddLease();
    }

    /// <exception cref="InvalidOperationException">A stage released the frame too often, and its buffer has been filled again meanwhile.</exception>
    public void Release()
    {
        if (Frame.Info != Info)
            throw new InvalidOperationException($"Frame {Info.Sequence} was given back too often: its buffer holds frame {Frame.Sequence} already.");
        Overlay?.Release();
        Result?.Release();
        Frame.Release();
    }
}
