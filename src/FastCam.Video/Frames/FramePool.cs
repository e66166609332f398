namespace FastCam.Video.Frames;

/// <summary>
/// A fixed number of frame buffers of one format, all made at construction: the bound on memory, and in every-frame
/// mode the back-pressure on the source.
/// </summary>
public sealed class FramePool : Pool<Frame>
{
    /// <summary>Makes <paramref name="capacity"/> buffers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Width, height or capacity is below 1, or the size is above 8192×8192.</exception>
    public FramePool(FrameFormat format, int capacity)
        : base(capacity, () => new Frame(Checked(format))) => Format = format;

    /// <summary>Size and layout of every buffer.</summary>
    public FrameFormat Format { get; }

    static FrameFormat Checked(FrameFormat format)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(format.Height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Width, FrameFormat.MaximumWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(format.Height, FrameFormat.MaximumHeight);
        return format;
    }
}
