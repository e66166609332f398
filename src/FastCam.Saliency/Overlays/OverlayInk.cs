namespace FastCam.Saliency.Overlays;

/// <summary>
/// What an overlay draws inside the rectangle, in the planes of one size: a picture sampled row by row from the top down.
/// Holds work buffers: one thread at a time.
/// </summary>
abstract class OverlayInk
{
    /// <summary>To be called before the first row of each picture.</summary>
    public abstract void Begin();

    /// <summary>Samples a row, counted from the first inside the rectangle.</summary>
    public abstract void MoveTo(ReadOnlySpan<float> picture, int row);

    /// <summary>Blends the row into one of the planes.</summary>
    /// <param name="plane">Which of this size: 0 is Y, or 0 is U and 1 is V.</param>
    /// <param name="source">The frame's samples inside the rectangle.</param>
    /// <param name="destination">At least as many.</param>
    public abstract void Mix(int plane, ReadOnlySpan<byte> source, Span<byte> destination);
}
