using System.Diagnostics;

namespace FastCam.Tests.Faults;

/// <summary>MJPEG and live HLS over HTTP, from a server that dies and freezes, or goes on sending the same frame.</summary>
public sealed class HttpFaultTests : IDisposable
{
    /// <summary>An HLS stream comes in these, and nothing can be seen before the next one.</summary>
    static readonly TimeSpan Segment = TimeSpan.FromSeconds(1);

    /// <summary>What was fetched is played to its end before anything is missed: the playlist has five segments, and one more may be half read.</summary>
    static readonly TimeSpan Fetched = 6 * Segment;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_server_that_dies_or_freezes_is_seen_again() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new MjpegServer();
            using var run = LiveRun.Start(server.Url("stream"), "--capture", backend);
            var held = new Holdings(run.ProcessId, backend);
            var (noticed, back) = (new Durations(), new Durations());
            run.WaitFor("running");
            for (var i = 0; i < 2 * Faults.Repeats; i++)
            {
                Thread.Sleep(500);
                if (i % 2 == 0)
                    held.Look();
                var hit = run.Now;
                if (i % 2 == 0)
                {
                    server.Kill();
                    noticed.Add(run.Reach("reconnecting", hit, Faults.Within(2)));
                    Thread.Sleep(1000);
                    server.Start();
                }
                else
                {
                    server.Freeze();
                    noticed.Add(run.Reach("stalled", hit, Faults.Within(2)));
                    run.Reach("reconnecting", run.Now, Faults.Within(2));
                    Thread.Sleep(1000);
                    server.Thaw();
                }

                back.Add(run.Reach("running", run.Now, Faults.Within(1.5)));
            }

            held.Look();
            Figures.Write($"MJPEG server killed or frozen, by {backend}: noticed after {noticed}, frames again {back} after its return");
            Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= 2 * Faults.Repeats);
            held.AssertNoGrowth();
        });

    [Fact]
    public void A_frame_that_freezes_is_said_to_and_the_source_is_not_opened_anew()
    {
        using var server = new MjpegServer();
        using var run = LiveRun.Start(server.Url("stream"), "--frozen-after", "3");
        run.WaitFor("running");
        Thread.Sleep(500);
        var frozen = run.Now;
        server.Hold();
        var said = run.WaitFor(said => said.Reason?.Contains("the same for 3 s") == true, "said to be frozen", TimeSpan.FromSeconds(3) + Faults.Within(1));
        Assert.Equal("running", said.State);
        Assert.True(said.At - frozen > TimeSpan.FromSeconds(2.9), $"said after {said.At - frozen}");
        server.LetGo();
        run.WaitFor(said => said is { State: "running", Reason: null }, "said to move again", Faults.Within(1));
        Assert.Equal(0, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
    }

    [Fact]
    public void A_live_HLS_stream_goes_on_while_segments_come()
    {
        using var encoder = Process.Start(new ProcessStartInfo("ffmpeg",
        [
            "-hide_banner", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25",
            "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-pix_fmt", "yuv420p",
            "-f", "hls", "-hls_time", "1", "-hls_list_size", "5", "-hls_flags", "delete_segments+temp_file", _folder.File("live.m3u8"),
        ]))!;
        try
        {
            using var server = new MjpegServer(folder: _folder.Path);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(_folder.File("live.m3u8")), TimeSpan.FromSeconds(60)), "FFmpeg writes no playlist");
            using var run = LiveRun.Start(server.Url("live.m3u8"));
            run.WaitFor("running");
            Thread.Sleep(4000); // This is longer than what was there at the start.
            Assert.DoesNotContain(run.States, said => said.State == "reconnecting");
            var killed = run.Now;
            server.Kill();
            var noticed = run.Reach("reconnecting", killed, Fetched + Faults.Within(2));
            server.Start();
            var back = run.Reach("running", run.Now, Segment + Faults.Within(2));
            Figures.Write($"HLS server killed: noticed after {noticed.TotalSeconds:F2} s, frames again {back.TotalSeconds:F2} s after its return");
            Assert.True(run.Stop().GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 100);
        }
        finally
        {
            encoder.Kill();
            encoder.WaitForExit();
        }
    }
}
