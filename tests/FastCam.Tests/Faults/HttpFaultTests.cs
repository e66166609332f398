using System.Diagnostics;

namespace FastCam.Tests.Faults;

/// <summary>MJPEG and live HLS over HTTP, from a server that dies and freezes, and whose pictures do.</summary>
[Collection(FaultCollection.Name)]
public sealed class HttpFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_server_that_dies_or_freezes_is_seen_again() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new MjpegServer();
            using var run = LiveRun.Start(server.Url("stream"), "--capture", backend);
            var held = new List<Holding>();
            run.WaitFor("running");
            for (var i = 0; i < Math.Max(2, Faults.Repeats); i++)
            {
                Thread.Sleep(1000);
                held.Add(Holding.Of(run.ProcessId));
                if (i % 2 == 0)
                {
                    server.Kill();
                    run.WaitFor("reconnecting", Faults.Within(2));
                    Thread.Sleep(1000);
                    server.Start();
                }
                else
                {
                    server.Freeze();
                    run.WaitFor("stalled", Faults.Within(2));
                    run.WaitFor("reconnecting", Faults.Within(2));
                    Thread.Sleep(1000);
                    server.Thaw();
                }

                run.WaitFor("running", Faults.Within(1.5));
            }

            Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
            Resources.AssertLevel(held, backend);
        });

    [Fact]
    public void A_picture_that_freezes_is_said_to_and_not_opened_anew()
    {
        using var server = new MjpegServer();
        using var run = LiveRun.Start(server.Url("stream"), "--frozen-after", "3");
        run.WaitFor("running");
        Thread.Sleep(500);
        var frozen = run.Now;
        server.Hold();
        var said = run.WaitFor(said => said.Reason?.Contains("the same for 3 s") == true, "said to be frozen", Faults.Within(4));
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
            "-hide_banner", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-pix_fmt", "yuv420p",
            "-f", "hls", "-hls_time", "1", "-hls_list_size", "5", "-hls_flags", "delete_segments+temp_file", _folder.File("live.m3u8"),
        ]))!;
        try
        {
            using var server = new MjpegServer(folder: _folder.Path);
            Assert.True(SpinWait.SpinUntil(() => File.Exists(_folder.File("live.m3u8")), TimeSpan.FromSeconds(60)), "FFmpeg writes no playlist");
            using var run = LiveRun.Start(server.Url("live.m3u8"));
            run.WaitFor("running");
            Thread.Sleep(4000); // longer than what was there at the start
            Assert.DoesNotContain(run.States, said => said.State == "reconnecting");
            server.Kill();
            run.WaitFor("reconnecting", Faults.Within(8)); // what was fetched is played first
            server.Start();
            run.WaitFor("running", Faults.Within(3));
            Assert.True(run.Stop().GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 100);
        }
        finally
        {
            encoder.Kill();
            encoder.WaitForExit();
        }
    }
}
