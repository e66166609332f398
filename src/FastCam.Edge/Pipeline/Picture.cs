using FastCam.Video;

namespace FastCam.Edge.Pipeline;

/// <summary>A frame on its way to a sink, with what was found in it. Each holder has a lease on each part and releases it once.</summary>
/// <param name="Frame">The camera's frame.</param>
/// <param name="Explanation">Its map, or in live delivery the newest there is; null before the first.</param>
/// <param name="Overlay">The frame with the map drawn on it; null where nobody wants it drawn here.</param>
readonly record struct Picture(Frame Frame, LeasedExplanation? Explanation, Frame? Overlay)
{
    public void AddLease()
    {
        Frame.AddLease();
        Explanation?.AddLease();
        Overlay?.AddLease();
    }

    public void Release()
    {
        Overlay?.Release();
        Explanation?.Release();
        Frame.Release();
    }
}
