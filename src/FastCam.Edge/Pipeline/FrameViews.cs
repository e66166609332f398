using FastCam.Saliency.Imaging;
using FastCam.Video.Frames;

namespace FastCam.Edge.Pipeline;

/// <summary>Where video's frames and the method's views meet: neither library knows the other.</summary>
static class FrameViews
{
    public static unsafe I420 AsI420(this Frame frame) => I420.Packed(frame.Data, frame.Format.Width, frame.Format.Height);
}
