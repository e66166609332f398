using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>A frame on its way to a sink, with its explanation and overlay. Each holder has a lease on each part and releases it once.</summary>
/// <param name="Frame">The camera's frame.</param>
/// <param name="Explanation">Its explanation, or in live delivery the newest there is; null before the first.</param>
/// <param name="Overlay">The frame with the map drawn on it; null where no sink wants it drawn.</param>
readonly record struct FramePacket(Frame Frame, LeasedExplanation? Explanation = null, Frame? Overlay = null)
{
    readonly long _sequence = Frame.Sequence;

    public void AddLease()
    {
        Frame.AddLease();
        Explanation?.AddLease();
        Overlay?.AddLease();
    }

    /// <exception cref="InvalidOperationException">A stage released the frame too often, and its buffer has been filled again meanwhile.</exception>
    public void Release()
    {
        if (Frame.Sequence != _sequence)
            throw new InvalidOperationException($"Frame {_sequence} was given back too often: its buffer holds frame {Frame.Sequence} already.");
        Overlay?.Release();
        Explanation?.Release();
        Frame.Release();
    }
}
