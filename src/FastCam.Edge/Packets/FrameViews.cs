using FastCam.Saliency.Imaging;
using FastCam.Video.Frames;

namespace FastCam.Edge.Packets;

/// <summary>Connects the frames of the video library with the views of the method's library, neither of which knows the other.</summary>
static class FrameViews
{
    public static unsafe I420 AsI420(this Frame frame) => I420.Packed(frame.Data, frame.Format.Width, frame.Format.Height);
}
