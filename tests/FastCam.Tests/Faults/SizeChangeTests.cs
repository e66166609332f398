using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>A live source whose frames change their size.</summary>
public sealed class SizeChangeTests
{
    [Theory]
    [InlineData(CaptureBackend.Ffmpeg)]
    [InlineData(CaptureBackend.Gstreamer)]
    public void No_frame_is_corrupt_when_the_size_changes(CaptureBackend backend)
    {
        LiveFrames.Require(backend);
        using var server = new RtspServer();
        var sizes = new List<FrameFormat>();
        var time = TimeSpan.MinValue;
        LiveFrames.Watch(server.Url("sizes"), backend, 300, (header, _, _, _) =>
        {
            Assert.True(header.PresentationTime > time);
            time = header.PresentationTime;
            if (sizes.Count == 0 || sizes[^1] != header.Format)
                sizes.Add(header.Format);
        });
        Assert.True(sizes.Count >= 3, string.Join(", ", sizes));
    }
}
