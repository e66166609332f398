using System.Diagnostics;
using FastCam.Video;
using FastCam.Video.Accounting;
using FastCam.Video.Capture;
using FastCam.Video.Frames;
using FastCam.Video.Writers;

namespace FastCam.Tests.Video;

/// <summary>What goes wrong with a file is said in a sentence, and the account stays true.</summary>
public sealed class VideoFileWriterFaultTests : IDisposable
{
    static readonly FrameFormat Format = new(320, 180);

    readonly TemporaryFolder _folder = new();
    readonly Ledger _ledger = new("pattern");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_killed_encoder_fails_in_a_sentence_and_its_file_still_plays() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"));
        sink.WritePattern(_ledger, Format, Sourcing.Times(300));
        while (account.Snapshot().Delivered < 200)
        {
            sink.WritePattern(_ledger, Format, [TimeSpan.FromSeconds((account.Snapshot().Captured + 1) / 30.0)], (int)account.Snapshot().Captured);
            Thread.Sleep(20);
        }

        using (var encoder = Process.GetProcessById(sink.EncoderProcessId!.Value))
            encoder.Kill();
        var error = Assert.Throws<MediaException>(() => sink.WritePattern(_ledger, Format, Sourcing.Times(500), 5000));
        Assert.Equal(MediaFault.SinkFailed, error.Fault);
        Assert.Contains("out.mp4 failed", error.Message);
        Assert.Contains("killed", error.Message);
        var snapshot = account.Snapshot();
        Assert.True(snapshot.Balanced && snapshot.InFlight == 0 && snapshot.Dropped(DropReason.SinkFailed) > 0);

        Assert.Throws<MediaException>(() => sink.WritePattern(_ledger, Format, Sourcing.Times(1), 9000));
        sink.Complete();
        Assert.True(account.Snapshot().Balanced && account.Snapshot().InFlight == 0);
        Assert.InRange(MediaTools.FrameTimes(_folder.File("out.mp4")).Length, snapshot.Delivered - 20, snapshot.Captured);
    });

    [Fact]
    public void An_encoder_killed_at_the_end_fails_too() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"));
        sink.WritePattern(_ledger, Format, Sourcing.Times(5));
        using (var encoder = Process.GetProcessById(sink.EncoderProcessId!.Value))
            encoder.Kill();
        var error = Assert.Throws<MediaException>(sink.Complete);
        Assert.Contains("killed", error.Message);
        var snapshot = account.Snapshot();
        Assert.True(snapshot.Balanced);
        Assert.Equal((5, 0), (snapshot.Delivered + snapshot.Dropped(DropReason.SinkFailed), snapshot.InFlight));
    });

    [Theory]
    [InlineData(200)]
    [InlineData(2)]
    public void An_encoder_that_hangs_is_ended(int frames) => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"), force: false, patience: TimeSpan.FromSeconds(1));
        sink.WritePattern(_ledger, Format, Sourcing.Times(1));
        using (var stop = Process.Start("kill", ["-STOP", $"{sink.EncoderProcessId}"]))
            stop.WaitForExit();
        // Many frames fill the pipe, so that writing hangs; a few fit into it, so that the end hangs.
        var error = Assert.Throws<MediaException>(() =>
        {
            sink.WritePattern(_ledger, Format, Sourcing.Times(frames), first: 1);
            sink.Complete();
        });
        Assert.Contains("hung", error.Message);
        Assert.True(account.Snapshot().Balanced && account.Snapshot().InFlight == 0);
    });

    [Fact]
    public void A_full_disk_is_named() => Limited.Run(() =>
    {
        File.CreateSymbolicLink(_folder.File("out.mkv"), "/dev/full");
        var account = _ledger.Open("file");
        using var sink = new VideoFileWriter(account, _folder.File("out.mkv"), force: true);
        var error = Assert.Throws<MediaException>(() =>
        {
            sink.WritePattern(_ledger, Format, Sourcing.Times(200));
            sink.Complete();
        });
        Assert.Contains("disk is full", error.Message);
        Assert.True(account.Snapshot().Balanced && account.Snapshot().InFlight == 0);
    });

    [Fact]
    public void An_existing_file_is_kept_unless_forced() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        File.WriteAllText(_folder.File("out.mp4"), "precious");
        var error = Assert.Throws<MediaException>(() => new VideoFileWriter(account, _folder.File("out.mp4")));
        Assert.Equal(MediaFault.OutputExists, error.Fault);
        Assert.Contains("out.mp4", error.Message);
        Assert.Equal("precious", File.ReadAllText(_folder.File("out.mp4")));

        using (new VideoFileWriter(account, _folder.File("out.mp4"), force: true))
            Assert.Equal("precious", File.ReadAllText(_folder.File("out.mp4")));
        Assert.Equal("precious", File.ReadAllText(_folder.File("out.mp4")));

        using var sink = new VideoFileWriter(account, _folder.File("out.mp4"), force: true);
        sink.WritePattern(_ledger, Format, Sourcing.Times(3));
        sink.Complete();
        Assert.Equal(3, MediaTools.FrameTimes(_folder.File("out.mp4")).Length);
    });

    [Fact]
    public void A_file_without_frames_is_not_left_behind()
    {
        using (var sink = new VideoFileWriter(_ledger.Open("file"), _folder.File("out.mp4")))
        {
            var error = Assert.Throws<MediaException>(() => new VideoFileWriter(_ledger.Open("second"), _folder.File("out.mp4")));
            Assert.Equal(MediaFault.OutputExists, error.Fault);
            sink.Complete();
        }

        Assert.False(File.Exists(_folder.File("out.mp4")));
    }

    [Fact]
    public void An_unwritable_place_is_named_before_the_first_frame()
    {
        Directory.CreateDirectory(_folder.File("folder.mp4"));
        foreach (var path in (string[])[_folder.File("gone/out.mp4"), _folder.File("folder.mp4"), "/proc/out.mp4"])
        {
            var error = Assert.Throws<MediaException>(() => new VideoFileWriter(_ledger.Open(path), path));
            Assert.Equal(MediaFault.OutputUnwritable, error.Fault);
            Assert.Contains(path, error.Message);
        }
    }

    [Fact]
    public void Another_size_is_fitted_in_and_the_file_goes_on() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using (var sink = new VideoFileWriter(account, _folder.File("out.mp4")))
        {
            sink.WritePattern(_ledger, new(640, 360), Sourcing.Times(3));
            sink.WritePattern(_ledger, new(1280, 720), [TimeSpan.FromSeconds(1)], 3);
            sink.WritePattern(_ledger, new(161, 99), [TimeSpan.FromSeconds(2)], 4);
            sink.WritePattern(_ledger, new(640, 360), [TimeSpan.FromSeconds(3)], 5);
            sink.Complete();
        }

        var snapshot = account.Snapshot();
        Assert.Equal((6, 0), (snapshot.Delivered, snapshot.InFlight));
        Assert.True(snapshot.Balanced);
        using var written = FFmpegSource.OpenVideo(_folder.File("out.mp4"));
        var frames = written.ReadAll();
        Assert.All(frames, frame => Assert.Equal(new FrameFormat(640, 360), frame.Format));
        Assert.Equal([0, 1, 2, 3, null, 5], frames.Select(frame => frame.Number)); // black bars move the code of the fifth
    });

    [Fact]
    public void Disposed_early_a_sink_settles_its_frames_as_shut_down() => Limited.Run(() =>
    {
        var account = _ledger.Open("file");
        using (var sink = new VideoFileWriter(account, _folder.File("out.mp4")))
            sink.WritePattern(_ledger, Format, Sourcing.Times(3));
        var snapshot = account.Snapshot();
        Assert.Equal((3, 0), (snapshot.Delivered + snapshot.Dropped(DropReason.Shutdown), snapshot.InFlight));
        Assert.True(snapshot.Balanced);
    });
}
