using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>A live source's frames: each carries the moment of its making as a bar code.</summary>
public sealed class LiveFrameTests
{
    public LiveFrameTests() => Faults.RequireRtspServer();

    [Theory]
    [InlineData(CaptureBackend.Ffmpeg)]
    [InlineData(CaptureBackend.Gstreamer)]
    public void Frames_are_whole_fresh_and_in_order(CaptureBackend backend)
    {
        LiveFrames.Require(backend);
        using var server = new RtspServer();
        var ages = new List<double>();
        var last = 0;
        var (darkest, lightest) = (byte.MaxValue, byte.MinValue);
        LiveFrames.Watch(server.Url("clock"), backend, 90, (header, age, number, frame) =>
        {
            foreach (var luma in frame.Pixels[..frame.Format.LumaByteCount])
                (darkest, lightest) = (Math.Min(darkest, luma), Math.Max(lightest, luma));
            Assert.Equal(new FrameFormat(640, 360), header.Format);
            Assert.True(number > last, $"{number} came after {last}");
            last = number;
            ages.Add(age);
        });
        // The stream's black and white are 0 and 255. If they were taken for limited range, they would be 16 and 235, or clipped.
        Assert.InRange(darkest, 0, 8);
        Assert.InRange(lightest, 247, 255);
        ages.Sort();
        // The figure itself is for a quiet machine: make long latency.
        Assert.InRange(ages[ages.Count / 2], 0, 1000);
    }
}
