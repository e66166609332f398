namespace FastCam.Tests.Faults;

/// <summary>MJPEG and HLS over HTTP, from a server that dies, freezes and refuses.</summary>
[Collection(FaultCollection.Name)]
public sealed class HttpFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    public void A_server_that_dies_or_freezes_is_seen_again(string backend)
    {
        if (backend == "gstreamer") Faults.RequireGStreamer();
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
                Thread.Sleep(2000);
                server.Start();
            }
            else
            {
                server.Freeze();
                run.WaitFor("stalled", Faults.Within(2));
                run.WaitFor("reconnecting", Faults.Within(2));
                Thread.Sleep(2000);
                server.Thaw();
            }

            run.WaitFor("running", Faults.Within(1.5));
        }

        Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
        Resources.AssertLevel(held);
    }

    [Fact]
    public void A_login_is_used_and_not_shown()
    {
        using var server = new MjpegServer(login: "viewer:pa55word");
        File.WriteAllText(_folder.File("login"), "viewer:pa55word");
        using (var run = LiveRun.Start(server.Url("stream"), "--login", _folder.File("login")))
        {
            run.WaitFor("running");
            Assert.DoesNotContain("pa55", string.Join('\n', Resources.Descendants(run.ProcessId).Select(process => File.ReadAllText($"/proc/{process}/cmdline"))));
            run.Stop();
            Assert.DoesNotContain("pa55", run.Everything);
        }

        File.WriteAllText(_folder.File("login"), "viewer:wrong");
        using (var run = LiveRun.Start(server.Url("stream"), "--login", _folder.File("login")))
        {
            Assert.Equal(11, run.Exit());
            Assert.Contains("refuses this user and password", run.Everything);
        }

        using (var run = LiveRun.Start(server.Url("nothing").Replace("//", "//viewer:pa55word@")))
        {
            Assert.Equal(10, run.Exit());
            Assert.Contains("404", run.Everything);
            Assert.DoesNotContain("pa55", run.Everything);
        }
    }

    [Theory]
    [InlineData("ts")]
    [InlineData("fmp4")]
    public void A_complete_HLS_stream_is_played_to_its_end(string segments)
    {
        FFmpeg.Run(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p",
            "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", segments == "ts" ? "mpegts" : "fmp4", _folder.File("video.m3u8")]);
        File.WriteAllText(_folder.File("master.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nvideo.m3u8\n");
        using var server = new MjpegServer(folder: _folder.Path);
        using var run = LiveRun.Start(server.Url("master.m3u8"), "--delivery", "every-frame");
        run.WaitFor("running");
        Assert.Equal(0, run.Exit());
        Assert.Contains("\"captured\":150", run.Everything);
        Assert.Equal("ended", run.States[^1].State);
    }
}
