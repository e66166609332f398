using FastCam.Video.Accounting;
using FastCam.Video.Frames;

namespace FastCam.Video.Sinks;

/// <summary>Takes every picture and keeps none: for measuring. A picture is delivered when it is taken.</summary>
public sealed class NullSink(LedgerAccount account) : FrameSink(account)
{
    /// <inheritdoc/>
    public override string Name => "null";

    /// <inheritdoc/>
    public override void Write(Frame picture) => Account.Delivered(picture.Sequence);

    /// <inheritdoc/>
    public override void Complete()
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
