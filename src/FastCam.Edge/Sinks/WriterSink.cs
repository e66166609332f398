using FastCam.Edge.Packets;
using FastCam.Video.Writers;

namespace FastCam.Edge.Sinks;

/// <summary>Writes the overlay, or the frame where there is none, by a writer of the video library. Its failure ends the stream.</summary>
sealed class WriterSink(FrameWriter writer) : Sink(writer.Account)
{
    public override bool SettlesFrames => true;

    public override void Write(in FramePacket packet) => writer.Write(packet.Overlay ?? packet.Frame);

    public override void Complete() => writer.Complete();

    public override void Dispose() => writer.Dispose();
}
