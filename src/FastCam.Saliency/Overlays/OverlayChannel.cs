namespace FastCam.Saliency.Overlays;

/// <summary>One plane to blend.</summary>
/// <param name="source">The frame's plane.</param>
/// <param name="destination">The blended plane, which may be the same.</param>
readonly unsafe struct OverlayChannel(byte* source, byte* destination)
{
    public byte* Source => source;

    public byte* Destination => destination;
}
