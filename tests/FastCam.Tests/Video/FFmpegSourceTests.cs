using System.Globalization;
using FastCam.Video;
using FastCam.Video.Capture;
using FastCam.Video.Frames;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

public sealed class FFmpegSourceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_frame_of_a_variable_rate_file_comes_once_with_its_exact_time()
    {
        var path = _folder.File("vfr.mp4");
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=60:d=3",
            "-vf", "select='not(mod(n,7))+not(mod(n,5))',settb=1/90000,setpts='PTS+mod(N,3)*17'",
            "-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-video_track_timescale", "90000",
            "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", path);
        var expected = MediaTools.Probe(path, "frame=pts")
            .Select(pts => new TimeSpan((long)Math.Round(long.Parse(pts, CultureInfo.InvariantCulture) * 1e7 / 90000))).ToArray();
        Assert.True(expected.Length > 40);

        using var source = SourceUri.Parse(path).Open(new());
        var frames = source.ReadAll();
        Assert.Equal(expected, frames.Select(frame => frame.Header.PresentationTime));
        Assert.Equal(Enumerable.Range(0, expected.Length), frames.Select(frame => (int)frame.Header.Sequence));
        Assert.Equal((true, false, path), (source.IsFinite, source.IsLive, source.Name));
    }

    [Theory]
    [InlineData(641, 359, "yuv444p", "clip.mkv")]
    [InlineData(321, 181, "yuv444p", "clip.mp4")]
    [InlineData(2, 2, "yuv420p", "clip.mkv")]
    public void Odd_and_tiny_sizes_are_read_whole(int width, int height, string layout, string name)
    {
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=1", "-vf", $"scale={width}:{height},format={layout}",
            "-c:v", "ffv1", "-f", "matroska", _folder.File(name));
        using var source = FFmpegSource.OpenVideo(_folder.File(name));
        var frames = source.ReadAll();
        Assert.Equal(10, frames.Count);
        Assert.All(frames, frame => Assert.Equal(new FrameFormat(width, height), frame.Format));
    }

    [Theory]
    [InlineData("bt709", "tv")]
    [InlineData("smpte170m", "tv")]
    [InlineData("bt709", "pc")]
    public void Colours_come_as_full_range_BT601(string matrix, string range)
    {
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", "color=c=0xFF2000:s=64x48:d=0.2",
            "-vf", $"scale=out_color_matrix={matrix}:out_range={range},format=yuv420p", "-colorspace", matrix, "-color_range", range,
            "-c:v", "libx264", "-qp", "0", _folder.File("red.mp4"));
        using var source = FFmpegSource.OpenVideo(_folder.File("red.mp4"));
        var frame = source.ReadAll(1)[0];
        var (luma, chroma) = (frame.Format.LumaByteCount, frame.Format.ChromaByteCount);
        Assert.Equal(0.299 * 255 + 0.587 * 32, frame.Pixels[luma / 2], 4.0);
        Assert.Equal(128 - 0.168736 * 255 - 0.331264 * 32, frame.Pixels[luma + chroma / 2], 4.0);
        Assert.Equal(Math.Min(255, 128 + 0.5 * 255 - 0.418688 * 32), frame.Pixels[luma + chroma + chroma / 2], 4.0);
    }

    [Fact]
    public void A_rotated_file_comes_upright()
    {
        MediaTools.FFmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=0.5", "-c:v", "libx264", "-preset", "ultrafast", _folder.File("plain.mp4"));
        MediaTools.FFmpeg("-i", _folder.File("plain.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=90", _folder.File("turned.mp4"));
        using var source = FFmpegSource.OpenVideo(_folder.File("turned.mp4"));
        Assert.Equal(new FrameFormat(180, 320), source.ReadAll(1)[0].Format);
    }

    [Fact]
    public void A_change_of_size_in_mid_file_is_fitted_to_the_first()
    {
        MediaTools.FFmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-f", "h264", _folder.File("a.h264"));
        MediaTools.FFmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=10:d=1", "-c:v", "libx264", "-preset", "ultrafast", "-f", "h264", _folder.File("b.h264"));
        File.WriteAllBytes(_folder.File("both.h264"), [.. File.ReadAllBytes(_folder.File("a.h264")), .. File.ReadAllBytes(_folder.File("b.h264"))]);
        using var source = FFmpegSource.OpenVideo(_folder.File("both.h264"));
        var frames = source.ReadAll();
        Assert.Equal(20, frames.Count);
        Assert.All(frames, frame => Assert.Equal(new FrameFormat(320, 180), frame.Format));
    }

    [Fact]
    public void A_loop_goes_on_with_rising_times_until_stopped()
    {
        var path = Clip("clip.mp4", seconds: 1);
        using var source = SourceUri.Parse(path).Open(new(Loop: true));
        Assert.False(source.IsFinite);
        var frames = source.ReadAll(95);
        Assert.Equal(95, frames.Count);
        for (var i = 1; i < frames.Count; i++)
            Assert.InRange((frames[i].Header.PresentationTime - frames[i - 1].Header.PresentationTime).TotalMilliseconds, 20, 50);
        Assert.Equal(frames[5].Pixels, frames[35].Pixels);
        source.Stop();
        Assert.Empty(source.ReadAll());
    }

    [Fact]
    public void Stop_wakes_a_blocked_wait() => Limited.Run(() =>
    {
        // A pipe that nobody writes to blocks FFmpeg for ever.
        var path = _folder.File("pipe.mp4");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", path))
            mkfifo.WaitForExit();
        using var source = FFmpegSource.OpenVideo(path);
        var more = true;
        var thread = new Thread(() => more = source.WaitNext(out _));
        thread.Start();
        Assert.False(thread.Join(300));
        source.Stop();
        thread.Join();
        Assert.False(more);
    });

    [Fact]
    public void A_frame_announced_before_stop_is_still_read()
    {
        using var source = FFmpegSource.OpenVideo(Clip("clip.mp4", seconds: 1));
        using var pool = new FramePool(new(320, 180), 1);
        var frame = pool.Rent()!;
        frame.Pixels.Clear();
        Assert.True(source.WaitNext(out _));
        source.Stop();
        source.Read(frame);
        Assert.Contains(frame.Pixels.ToArray(), sample => sample != 0);
        Assert.False(source.WaitNext(out _));
    }

    [Fact]
    public void Skipped_frames_are_counted_and_the_rest_is_unharmed()
    {
        var path = Clip("clip.mp4", seconds: 1);
        using var whole = FFmpegSource.OpenVideo(path);
        var frames = whole.ReadAll();
        using var source = FFmpegSource.OpenVideo(path);
        for (var i = 0; i < 7; i++)
        {
            Assert.True(source.WaitNext(out _));
            source.Skip();
        }

        var rest = source.ReadAll();
        Assert.Equal(frames.Count - 7, rest.Count);
        Assert.Equal(frames[7].Header, rest[0].Header);
        Assert.Equal(frames[7].Pixels, rest[0].Pixels);
    }

    [Fact]
    public void Reading_allocates_nothing() => Limited.Run(() =>
    {
        using var source = FFmpegSource.OpenVideo(Clip("clip.mp4", seconds: 10));
        using var pool = new FramePool(new(320, 180), 1);
        var frame = pool.Rent()!;
        var (before, after) = (0L, 0L);
        for (var i = 0; i < 250; i++)
        {
            Assert.True(source.WaitNext(out _));
            if (i == 20)
                before = GC.GetAllocatedBytesForCurrentThread();
            source.Read(frame);
            after = i == 249 ? GC.GetAllocatedBytesForCurrentThread() : 0;
        }

        Assert.Equal(before, after);
    });

    [Fact]
    public void A_failure_midway_is_named_with_its_frame()
    {
        var path = Clip("whole.mp4", seconds: 2, "-movflags", "+faststart");
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(_folder.File("cut.mp4"), bytes[..(bytes.Length / 2)]);
        using var source = FFmpegSource.OpenVideo(_folder.File("cut.mp4"));
        var frames = 0;
        var error = Assert.Throws<MediaException>(() => Limited.Run(() =>
        {
            for (; source.WaitNext(out _); frames++)
                source.Skip();
        }));
        Assert.Equal(MediaFault.SourceFailed, error.Fault);
        Assert.InRange(frames, 10, 59);
        Assert.Contains($"cut.mp4 failed after {frames} frames: the file is cut off", error.Message);
    }

    string Clip(string name, int seconds, params string[] options)
    {
        MediaTools.FFmpeg(
        [
            "-f", "lavfi", "-i", $"testsrc2=s=320x180:r=30:d={seconds}",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", .. options, _folder.File(name),
        ]);
        return _folder.File(name);
    }
}
