using FastCam.Video.Accounting;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Frames;
using FastCam.Video.Nut;
using FastCam.Video.Sources;
using FastCam.Video.Writers;

namespace FastCam.Tests.Video;

public sealed class VideoFileWriterTests : IDisposable
{
    static readonly FrameFormat Format = new(320, 180);

    readonly TemporaryFolder _folder = new();
    readonly Ledger _ledger = new("pattern");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("out.mp4", 641, 359)]
    [InlineData("out.mov", 320, 180)]
    [InlineData("out.mkv", 161, 90)]
    public void Frames_in_are_frames_out_with_their_times(string name, int width, int height) => Limited.Run(() =>
    {
        var format = new FrameFormat(width, height);
        var random = new Random(3);
        var times = new List<TimeSpan> { TimeSpan.Zero };
        for (var i = 1; i < 90; i++)
            times.Add(times[^1] + TimeSpan.FromMilliseconds(random.Next(1, 4) * 16.683 + (i % 30 == 0 ? 700 : 0)));
        var account = _ledger.Open(name);
        using (var sink = new VideoFileWriter(account, _folder.File(name)))
        {
            sink.WritePattern(_ledger, format, times);
            sink.Complete();
            AssertSettled(account, delivered: 90);
        }

        var written = MediaTools.FrameTimes(_folder.File(name));
        Assert.Equal(90, written.Length);
        for (var i = 0; i < 90; i++)
            Assert.Equal(times[i].TotalSeconds, written[i], 0.001);

        using var source = FFmpegSource.OpenVideo(_folder.File(name));
        var frames = source.ReadAll();
        Assert.Equal(Enumerable.Range(0, 90), frames.Select(frame => frame.Number ?? -1));
        Assert.Equal(new FrameFormat(width + width % 2, height + height % 2), frames[0].Format);
    });

    [Fact]
    public void Players_are_told_the_right_colours() => Limited.Run(() =>
    {
        using (var sink = new VideoFileWriter(_ledger.Open("file"), _folder.File("out.mp4")))
        {
            sink.WritePattern(_ledger, Format, Sourcing.Times(10));
            sink.Complete();
            Assert.Equal("libx264", sink.Encoder);
        }

        Assert.Equal(["pc,smpte170m"], MediaTools.Probe(_folder.File("out.mp4"), "stream=color_range,color_space"));
        Assert.InRange(int.Parse(MediaTools.Probe(_folder.File("out.mp4"), "stream=level")[0]), 10, 31);
        Assert.Equal(["0"], MediaTools.Probe(_folder.File("out.mp4"), "stream=has_b_frames"));
        using var source = FFmpegSource.OpenVideo(_folder.File("out.mp4"));
        using var pattern = new TestPattern(Format, new(30, 1), null);
        var original = new byte[Format.ByteCount];
        foreach (var frame in source.ReadAll())
        {
            pattern.Draw(original, frame.Header.Sequence);
            Assert.InRange(frame.LumaError(original), 0, 2);
        }
    });

    [Fact]
    public void Every_encoder_that_may_be_used_keeps_colours_and_times() => Limited.Run(() =>
    {
        // The file is made with the last resort's arguments, as on a machine whose FFmpeg has no x264.
        var tool = FFmpegTool.Find();
        var times = Sourcing.Times(20, 29.97).ToArray();
        using (var child = new FFmpegChild(tool.Path, FFmpegOutput.File(tool, VideoEncoder.LastResort, Format, _folder.File("out.mp4"))))
        {
            var writer = new NutWriter(child.Input, Format);
            using var pattern = new TestPattern(Format, new(30, 1), null);
            var pixels = new byte[Format.ByteCount];
            for (var i = 0; i < times.Length; i++)
            {
                pattern.Draw(pixels, i);
                writer.Write(times[i], pixels);
            }

            child.Input.Dispose();
            child.Output.CopyTo(Stream.Null);
            Assert.Equal(0, child.Exit(TimeSpan.FromSeconds(30)));
        }

        var written = MediaTools.FrameTimes(_folder.File("out.mp4"));
        Assert.Equal(times.Length, written.Length);
        for (var i = 0; i < times.Length; i++)
            Assert.Equal(times[i].TotalSeconds, written[i], 0.001);
        using var source = FFmpegSource.OpenVideo(_folder.File("out.mp4"));
        using var again = new TestPattern(Format, new(30, 1), null);
        var original = new byte[Format.ByteCount];
        foreach (var frame in source.ReadAll())
        {
            again.Draw(original, frame.Header.Sequence);
            Assert.InRange(frame.LumaError(original), 0, 2);
        }
    });

    [Theory]
    [InlineData(160, 90)]
    [InlineData(641, 359)]
    [InlineData(1280, 720)]
    public void The_bar_code_survives_overlay_dimming_and_coding(int width, int height) => Limited.Run(() =>
    {
        var format = new FrameFormat(width, height);
        using (var sink = new VideoFileWriter(_ledger.Open("file"), _folder.File("out.mp4")))
        {
            sink.WritePattern(_ledger, format, Sourcing.Times(40), first: 0x5A5A00, change: frame =>
            {
                Degradation.Overlay(format, frame.Pixels);
                Degradation.Dim(frame.Pixels[..format.LumaByteCount]);
            });
            sink.Complete();
        }

        using var source = FFmpegSource.OpenVideo(_folder.File("out.mp4"));
        Assert.Equal(Enumerable.Range(0x5A5A00, 40), source.ReadAll().Select(frame => frame.Number ?? -1));
    });

    [Fact]
    public void Times_that_do_not_rise_are_kept_apart() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"));
        sink.WritePattern(_ledger, Format, [TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2)]);
        sink.Complete();
        AssertSettled(account, delivered: 5);
        Assert.Equal([0.0, 0, 1, 1, 2], MediaTools.FrameTimes(_folder.File("out.mp4")).Select(time => Math.Round(time, 3)));
    });

    [Fact]
    public void Frames_are_confirmed_while_the_file_is_still_written() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"));
        sink.WritePattern(_ledger, Format, Sourcing.Times(30));
        // FFmpeg reports a frame when it works on the next, so the last frames wait for their successors or the end.
        for (var next = 30; account.Snapshot().Delivered < 20; next++)
        {
            sink.WritePattern(_ledger, Format, [TimeSpan.FromSeconds(next / 30.0)], next);
            Thread.Sleep(20);
        }

        Assert.True(account.Snapshot().Balanced);
        sink.Complete();
        Assert.Equal(0, account.Snapshot().InFlight);
    });

    [Fact]
    public void A_name_that_looks_like_an_option_or_a_pattern_is_a_name() => Limited.Run(() =>
    {
        var name = "-y %03d 'a' $(b);.mp4";
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File(name));
        sink.WritePattern(_ledger, Format, Sourcing.Times(3));
        sink.Complete();
        Assert.Equal(3, MediaTools.FrameTimes(_folder.File(name)).Length);
    });

    [Fact]
    public void Writing_allocates_nothing() => Limited.Run(() =>
    {
        using var sink = new VideoFileWriter(_ledger.Open("file"), _folder.File("out.mp4"));
        using var pool = new FramePool(Format, 1);
        var frame = pool.Rent()!;
        var before = 0L;
        for (var i = 0; i < 200; i++)
        {
            if (i == 20)
                before = GC.GetAllocatedBytesForCurrentThread();
            frame.Begin(new FrameInfo("a stream", i, TimeSpan.FromMilliseconds(33 * i)));
            _ledger.Captured(i);
            sink.Write(frame);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        sink.Complete();
    });

    [Fact]
    public void Several_sinks_and_a_source_do_not_hold_each_other_s_pipes() => Limited.Run(() =>
    {
        using var first = new VideoFileWriter(_ledger.Open("first"), _folder.File("a.mp4"));
        first.WritePattern(_ledger, Format, Sourcing.Times(3));
        var other = new Ledger("other");
        using var second = new VideoFileWriter(other.Open("second"), _folder.File("b.mp4"));
        second.WritePattern(other, Format, Sourcing.Times(3));
        MediaTools.FFmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=1", _folder.File("c.mp4"));
        using var source = FFmpegSource.OpenVideo(_folder.File("c.mp4"), loop: true);
        Assert.True(source.WaitNext(out _));
        // Each child ends when its own pipe is closed, while every other child runs on.
        first.Complete();
        second.Complete();
        AssertSettled(_ledger.Accounts[0], delivered: 3);
        AssertSettled(other.Accounts[0], delivered: 3);
        source.Dispose();
    }, seconds: 30);

    static void AssertSettled(LedgerAccount account, long delivered)
    {
        var snapshot = account.Snapshot();
        Assert.Equal((delivered, delivered, 0), (snapshot.Captured, snapshot.Delivered, snapshot.InFlight));
        Assert.True(snapshot.Balanced, snapshot.FirstViolation);
    }
}
