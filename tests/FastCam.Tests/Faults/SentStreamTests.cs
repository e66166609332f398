using FastCam.Tests.Video;
using FastCam.Video.Frames;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>SRT, RTMP, RTP and MPEG-TS over UDP: streams that are sent by somebody, who comes, dies and comes again.</summary>
public sealed class SentStreamTests : IDisposable
{
    const double Noticed = 2;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task Every_frame_comes_once_and_in_order_with_rising_times() => Faults.AtOnce([.. SentStream.Kinds.Select(kind => (Action)(() =>
    {
        var stream = SentStream.Create(kind, _folder);
        stream.LoginArguments(_folder);
        var login = stream.Login is null ? null : Login.FromFile(_folder.File($"{kind}.login"));
        using var source = SourceUri.Parse(stream.Source).Open(new() { Capture = CaptureBackend.Ffmpeg, Login = login });
        using var sender = stream.Start(StreamSender.Numbered);
        Limited.Run(() => Watch(source, stream), what: () => $"{kind} ({source.Status})");
    }))]);

    static void Watch(FrameSource source, SentStream stream)
    {
        const int frames = 90;
        using var pool = new FramePool(StreamSender.Format, 1);
        var (first, last) = (-1, TimeSpan.Zero);
        for (var i = 0; i < frames; i++)
        {
            Assert.True(source.WaitNext(out var header));
            Assert.Equal((StreamSender.Format, i), (header.Format, header.Sequence));
            var frame = pool.Rent()!;
            Assert.True(source.Read(frame));
            Assert.True(BarCode.TryRead(header.Format, frame.Pixels[..header.Format.LumaByteCount], out var number), $"{stream.Kind}: frame {i} is corrupt");
            frame.Release();
            if (first < 0)
                first = number;
            Assert.True((first + i) % StreamSender.Frames == number, $"{stream.Kind}: frame {i} has the number {number}, and the first one {first}");
            // The sender's first report of its clock comes beside the first packet of RTP, and moves the frame behind it by some milliseconds.
            var (least, most) = i == 1 && stream.Kind.Contains("rtp") ? (1, 66) : (30, 37);
            var step = (header.PresentationTime - last).TotalMilliseconds;
            Assert.True(i == 0 || (step >= least && step <= most), $"{stream.Kind}: {step} ms at frame {i}");
            last = header.PresentationTime;
        }

        if (stream.IsLossless)
            Assert.Equal(0, first);
        Assert.Equal(0, source.Upstream);
    }

    [Fact]
    public async Task Senders_are_waited_for_and_missed_and_seen_again_and_no_credential_shows()
    {
        _ = StreamSender.Numbered; // it takes its time, and each would wait for it
        var plays = new[] { "srt", "srt-listener", "rtmp", "rtmp-listener", "srtp", "udp" }.Select(kind => (Kind: kind, Backend: "ffmpeg"))
            .Concat(Faults.HasGStreamer ? [("rtp", "gstreamer")] : []);
        await Faults.AtOnce([.. plays.Select(play => (Action)(() => Play(SentStream.Create(play.Kind, _folder), play.Backend)))]);
        Faults.RequireGStreamer();
    }

    void Play(SentStream stream, string backend)
    {
        using var run = LiveRun.Start(stream.Source, ["--capture", backend, .. stream.LoginArguments(_folder)]);
        Assert.Equal(stream.Awaited, run.WaitFor(said => said.Reason == stream.Awaited, $"waiting ({stream.Kind})").Reason);
        Assert.All(run.States, said => Assert.Equal("starting", said.State));
        using (stream.Start(StreamSender.Numbered))
        {
            run.WaitFor("running");
            var children = Resources.Descendants(run.ProcessId);
            Assert.NotEmpty(children);
            Assert.All(children, child => Assert.DoesNotContain(SentStream.Secret, File.ReadAllText($"/proc/{child}/cmdline")));
        }

        run.Reach("reconnecting", run.Now, Faults.Within(Noticed));
        run.WaitFor(said => said.Reason == stream.Awaited, $"waiting again ({stream.Kind})");
        run.Forget();
        using (stream.Start(StreamSender.Numbered))
        {
            run.WaitFor("running", TimeSpan.FromSeconds(15));
            Thread.Sleep(1000);
            var ended = run.Stop();
            Assert.True(ended.GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 15, run.Everything);
            Assert.Equal(1, ended.GetProperty("source").GetProperty("restarts").GetInt32());
        }

        Assert.DoesNotContain(SentStream.Secret, run.Everything);
    }
}
