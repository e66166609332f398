using FastCam.Tests.Faults;
using FastCam.Tests.Video;
using FastCam.Video.Frames;

namespace FastCam.Tests.OpenCv;

/// <summary>
/// Asserts that backends give the same frames: each once, in order, none missing, at its time. Files are held together by <see cref="OpenCvCaptureTests"/>;
/// GStreamer reads none, and OpenCV no RTSP.
/// </summary>
public sealed class BackendAgreementTests : IDisposable
{
    const int Frames = 90;
    const double Rate = 30, Tolerance = 2; // milliseconds

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Its frames carry the moment at which they were due, in whole milliseconds: of two neighbours they are 33 or 34 apart.</summary>
    [Fact]
    public void A_camera_gives_each_frame_once_and_at_its_time_by_every_backend()
    {
        Faults.Faults.RequireCamera();
        Faults.Faults.WithEachCameraBackend(backend =>
        {
            using var camera = new TestCamera();
            var frames = WatchedSource.See(backend, $"{camera.Source}?size=640x480&rate=30", Frames, camera.Environment).Frames;

            Assert.Equal(Frames, frames.Count);
            for (var i = 0; i < Frames; i++)
            {
                Assert.True(frames[i].Number >= 0, $"frame {i} by {backend} has no number");
                Assert.True(frames[i].Sequence == i, $"frame {i} by {backend} has the sequence number {frames[i].Sequence}");
                if (i == 0)
                    continue;
                var apart = frames[i].Number - frames[i - 1].Number;
                Assert.True(apart is 33 or 34, $"frame {i} by {backend} was due {apart} ms after the one before");
                var off = frames[i].Time - frames[0].Time - (frames[i].Number - frames[0].Number);
                Assert.True(Math.Abs(off) <= Tolerance, $"frame {i} by {backend} is {off:F1} ms off its time");
            }
        });
    }

    [Fact]
    public void A_stream_by_RTSP_gives_each_frame_once_and_at_its_time_by_every_backend()
    {
        Faults.Faults.RequireRtspServer();
        // A camera sends no frame before one that is shown earlier.
        var clip = NumberedClip.Create(_folder, "mp4", new FrameFormat(640, 360), Frames, "-bf", "0");
        Faults.Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer("--file", clip);
            var frames = WatchedSource.See(backend, server.Url("file"), Frames).Frames;

            Assert.Equal(Enumerable.Range(0, Frames), frames.Select(frame => frame.Number));
            Assert.Equal(Enumerable.Range(0, Frames), frames.Select(frame => (int)frame.Sequence));
            foreach (var frame in frames)
            {
                var off = frame.Time - frames[0].Time - frame.Number * 1000 / Rate;
                Assert.True(Math.Abs(off) <= Tolerance, $"frame {frame.Number} by {backend} is {off:F1} ms off its time");
            }
        });
    }
}
