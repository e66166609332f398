using FastCam.Cli;
using FastCam.Tests.Faults;
using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Libraries;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.OpenCv;

/// <summary>Holds capture by OpenCV against capture by FFmpeg: the same frames, at the same times.</summary>
public sealed class OpenCvCaptureTests : IDisposable
{
    const int Frames = 60;

    static readonly FrameFormat Format = new(320, 180);
    static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(2);

    readonly TemporaryFolder _folder = new();

    public OpenCvCaptureTests() => Faults.Faults.RequireOpenCv();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mp4", "setpts=PTS")]
    [InlineData("mkv", "setpts='PTS+if(gt(N,20),0.7/TB,0)+mod(N,3)*0.004/TB'")]
    public void A_file_gives_the_frames_and_times_that_it_gives_by_FFmpeg(string container, string times)
    {
        var clip = Clip(container, times);
        var (expected, seen) = (See(clip, CaptureBackend.Ffmpeg), See(clip, CaptureBackend.Opencv));

        Assert.Equal(Frames, seen.Count);
        Assert.Equal(Enumerable.Range(0, Frames), seen.Select(frame => frame.Number));
        for (var i = 0; i < Frames; i++)
        {
            Assert.Equal(expected[i].Header.Sequence, seen[i].Header.Sequence);
            Assert.InRange(seen[i].Header.PresentationTime - expected[i].Header.PresentationTime, -Tolerance, Tolerance);
            Assert.InRange(expected[i].Pixels.Zip(seen[i].Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 2);
        }
    }

    [Fact]
    public void A_file_that_is_looped_goes_on_with_rising_times()
    {
        using var source = SourceUri.Parse(Clip("mp4", "setpts=PTS")).Open(new SourceOptions(Loop: true) { Capture = CaptureBackend.Opencv });
        var last = TimeSpan.MinValue;
        for (var i = 0; i < 2 * Frames + 10; i++)
        {
            Assert.True(source.WaitNext(out var header));
            Assert.Equal(i, header.Sequence);
            Assert.True(header.PresentationTime > last, $"frame {i}: {header.PresentationTime} after {last}");
            last = header.PresentationTime;
            source.Skip();
        }
        Assert.False(source.IsFinite);
    }

    [Fact]
    public void Frames_are_read_without_an_allocation()
    {
        using var source = SourceUri.Parse(Clip("mp4", "setpts=PTS")).Open(new SourceOptions(Loop: true) { Capture = CaptureBackend.Opencv });
        using var pool = new FramePool(Format, 1);
        for (var i = 0; i < 20; i++)
            Next();
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            Next();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Next()
        {
            Assert.True(source.WaitNext(out _));
            var frame = pool.Rent()!;
            source.Read(frame);
            frame.Release();
        }
    }

    [Fact]
    public void The_program_streams_a_file_by_it_and_the_ledger_balances()
    {
        var result = Cli.Cli.Run(
            ["run", "--source", Clip("mp4", "setpts=PTS"), "--capture", "opencv", "--sink", "null:", "--json", "--pace", "max", "--delivery", "every-frame"])
            .Succeeded();

        var account = result.LastJson.GetProperty("ledger")[0];
        Assert.Equal((Frames, true), (account.GetProperty("captured").GetInt32(), account.GetProperty("balanced").GetBoolean()));
        Assert.Contains("Capturing by OpenCV", result.Output);
    }

    [Fact]
    public void A_camera_gives_frames_by_it()
    {
        Faults.Faults.RequireCamera();
        using var camera = new TestCamera();
        using var run = LiveRun.Start($"{camera.Source}?size=320x240&format=yuyv", camera.Environment, "--capture", "opencv");
        run.WaitFor("running");
        Thread.Sleep(TimeSpan.FromSeconds(2));

        var account = run.Stop().GetProperty("ledger")[0];

        Assert.InRange(account.GetProperty("captured").GetInt64(), 20, 200);
        Assert.True(account.GetProperty("balanced").GetBoolean());
    }

    [Fact]
    public void A_pixel_format_that_it_does_not_know_is_refused_at_once()
    {
        Faults.Faults.RequireCamera();
        using var camera = new TestCamera();

        var result = Cli.Cli.Run(["run", "--source", $"{camera.Source}?format=rgb24", "--capture", "opencv", "--sink", "null:"], camera.Environment);

        Assert.Equal((int)ExitCode.BadOption, result.ExitCode);
        Assert.Contains("format=rgb24 is none that the OpenCV backend knows: give mjpeg", result.Error);
    }

    /// <summary>The package's FFmpeg is built without network: that is said at once, and not tried again and again.</summary>
    [Fact]
    public void An_RTSP_server_is_refused_with_what_to_capture_it_by()
    {
        Faults.Faults.RequireRtspServer();
        using var server = new RtspServer();

        var result = Cli.Cli.Run("run", "--source", server.Url("test"), "--capture", "opencv", "--sink", "null:");

        Assert.Equal((int)ExitCode.SourceUnreadable, result.ExitCode);
        Assert.Contains("whose FFmpeg has no network", result.Error);
        Assert.Contains("(--capture)", result.Error);
    }

    [Theory]
    [InlineData("README.md", MediaFault.SourceUnreadable)]
    [InlineData("no-such-file.mp4", MediaFault.SourceNotFound)]
    public void What_is_no_video_is_refused_in_a_sentence(string file, MediaFault fault)
    {
        var error = Assert.Throws<MediaException>(() =>
        {
            using var source = SourceUri.Parse(Repository.File(file)).Open(new SourceOptions { Capture = CaptureBackend.Opencv });
            source.WaitNext(out _);
        });

        Assert.Equal(fault, error.Fault);
        Assert.Contains(file, error.Message);
    }

    [Fact]
    public void Where_it_is_not_there_a_sentence_says_how_to_have_it()
    {
        var result = Cli.Cli.Run(
            ["run", "--source", Clip("mp4", "setpts=PTS"), "--capture", "opencv", "--sink", "null:"], (MediaLibrary.Variable, _folder.Path));

        Assert.NotEqual((int)ExitCode.Success, result.ExitCode);
        Assert.Contains("There is no OpenCV in", result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Fact]
    public void Over_HTTP_it_is_refused_by_name()
    {
        var result = Cli.Cli.Run("run", "--source", "http://127.0.0.1:1/video", "--capture", "opencv", "--sink", "null:");

        Assert.Contains("OpenCV captures files, cameras and RTSP", result.Error);
        Assert.Contains("--capture", result.Error);
    }

    static List<(FrameHeader Header, int Number, byte[] Pixels)> See(string clip, CaptureBackend backend)
    {
        using var source = SourceUri.Parse(clip).Open(new SourceOptions { Capture = backend });
        using var pool = new FramePool(Format, 1);
        var seen = new List<(FrameHeader, int, byte[])>();
        while (source.WaitNext(out var header))
        {
            var frame = pool.Rent()!;
            Assert.True(source.Read(frame));
            Assert.True(BarCode.TryRead(Format, frame.Pixels[..Format.LumaByteCount], out var number), $"frame {seen.Count} by {backend}");
            seen.Add((header, number, frame.Pixels.ToArray()));
            frame.Release();
        }
        return seen;
    }

    string Clip(string container, string times) => NumberedClip.Create(_folder, container, Format, Frames, "-vf", times);
}
