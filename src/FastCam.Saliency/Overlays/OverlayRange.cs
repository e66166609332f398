namespace FastCam.Saliency.Overlays;

/// <summary>
/// Where the source rectangle and its outline lie among the samples of one axis of one plane: [Start, End) is inside,
/// [OuterStart, OuterEnd) is that with the outline. A sample is inside when its centre is.
/// </summary>
readonly struct OverlayRange
{
    /// <param name="origin">The rectangle's first edge in frame pixels.</param>
    /// <param name="length">The rectangle's length in frame pixels.</param>
    /// <param name="frame">The frame's length in pixels.</param>
    /// <param name="pitch">Frame pixels a sample: 1 for luma, 2 for chroma.</param>
    /// <param name="thickness">The outline's thickness in frame pixels.</param>
    public OverlayRange(double origin, double length, int frame, int pitch, int thickness)
    {
        Start = FirstSampleFrom(origin, frame, pitch);
        End = FirstSampleFrom(origin + length, frame, pitch);
        OuterStart = FirstSampleFrom(origin - thickness, frame, pitch);
        OuterEnd = FirstSampleFrom(origin + length + thickness, frame, pitch);
    }

    public int Start { get; }

    public int End { get; }

    public int OuterStart { get; }

    public int OuterEnd { get; }

    public bool IsEmpty => Start >= End;

    public bool Holds(int sample) => sample >= Start && sample < End;

    public bool HoldsOutline(int sample) => sample >= OuterStart && sample < OuterEnd;

    static int FirstSampleFrom(double position, int frame, int pitch)
    {
        var samples = (frame + pitch - 1) / pitch;
        // The last chroma sample of an odd frame has its centre on the frame's edge, yet belongs to what reaches that edge.
        return position >= frame ? samples : (int)Math.Clamp(Math.Ceiling(position / pitch - 0.5), 0, samples);
    }
}
