namespace FastCam.Tests.Faults;

/// <summary>Servers that lead elsewhere: they are followed within the relay, as far as that is safe.</summary>
public sealed class RedirectTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("DESCRIBE")]
    public void A_redirect_of_RTSP_is_followed_and_the_child_does_not_notice(string method)
    {
        Faults.RequireRtspServer();
        Faults.WithEachBackend(backend =>
        {
            using var target = new RtspServer();
            using var server = new RtspServer();
            using var front = new RtspFront(server.Port) { Head = (asked, head) => asked == method ? Moved(head, target.Url("test")) : head };
            using var run = LiveRun.Start(front.Url("old/path?x=1"), "--capture", backend);
            run.WaitFor("running");
            var children = Resources.Descendants(run.ProcessId).Select(child => File.ReadAllText($"/proc/{child}/cmdline")).ToList();
            Assert.NotEmpty(children);
            Assert.All(children, line => Assert.DoesNotContain($"{target.Port}", line));
            Assert.Equal(0, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
        });
    }

    [Fact]
    public void A_redirect_that_loses_encryption_is_refused_and_nothing_is_played() =>
        Faults.WithEachBackend(backend =>
        {
            using var plain = RudeServer.Answers("200 OK");
            using var certificate = SelfSigned.Create();
            using var server = RudeServer.Answers($"302 Found\r\nLocation: rtsp://localhost:{plain.Port}/s", certificate);
            using var run = LiveRun.Start($"rtsps://localhost:{server.Port}/s", "--insecure-tls", "--capture", backend);
            Assert.Equal(11, run.Exit());
            Assert.Contains($"leads to rtsp://localhost:{plain.Port}/s, which is not encrypted", run.Everything);
            Assert.Equal(0, plain.Accepted);
        });

    [Fact]
    public void A_login_stays_with_its_server_and_the_sentence_says_where_the_stream_is()
    {
        const string Challenge = "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"";
        using var target = RudeServer.Answers(Challenge);
        var moved = $"302 Found\r\nLocation: rtsp://x:y@127.0.0.1:{target.Port}/moved?password=z";
        using var server = RudeServer.Answers(request => $"RTSP/1.0 {(request.Contains("Authorization") ? moved : Challenge)}\r\n\r\n");
        File.WriteAllText(_folder.File("login"), "viewer:pa55word\n");
        using var run = LiveRun.Start($"rtsp://127.0.0.1:{server.Port}/s", "--login", _folder.File("login"));
        Assert.Equal(11, run.Exit());
        Assert.Contains($"rtsp://127.0.0.1:{target.Port}/moved (to which rtsp://127.0.0.1:{server.Port}/s leads) wants a user", run.Everything);
        Assert.DoesNotContain("pa55", run.Everything);
        Assert.DoesNotContain("password=z", run.Everything);
        Assert.Contains("Authorization: Basic", server.Received);
        Assert.Contains("/moved", target.Received);
        Assert.DoesNotContain("Authorization", target.Received);
    }

    [Theory]
    [InlineData("302 Found\r\nLocation: /s", "in a circle")]
    [InlineData("301 Moved", "does not say where to")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1/s", "no RTSP")]
    public void A_redirect_of_RTSP_that_leads_nowhere_ends_it_at_once(string status, string part)
    {
        using var server = RudeServer.Answers(status);
        using var run = LiveRun.Start($"rtsp://127.0.0.1:{server.Port}/s");
        Assert.Equal(11, run.Exit());
        Assert.Contains(part, run.Everything);
        Assert.Equal(1, server.Accepted);
    }

    [Fact]
    public void A_redirect_to_where_nothing_answers_is_tried_with_growing_pauses()
    {
        using var server = RudeServer.Answers($"302 Found\r\nLocation: rtsp://127.0.0.1:{Ports.Free()}/t");
        using var run = LiveRun.Start($"rtsp://127.0.0.1:{server.Port}/s");
        var part = $"/t (to which rtsp://127.0.0.1:{server.Port}/s leads): the connection was refused";
        run.WaitFor(said => said.State == "reconnecting" && said.Reason?.Contains(part) == true, $"said: {part}");
        var (before, from) = (server.Accepted, run.Now);
        Assert.True(SpinWait.SpinUntil(() => server.Accepted >= before + 4, TimeSpan.FromSeconds(60)), $"tried {server.Accepted} times");
        Assert.True(run.Now - from > TimeSpan.FromSeconds(2.5), $"tried again within {run.Now - from}"); // 0, 0.5, 1 and 2 s, less a fifth
        run.Stop();
    }

    [Fact]
    public void A_redirect_in_the_middle_is_said_with_its_address()
    {
        Faults.RequireRtspServer();
        using var server = new RtspServer();
        using var front = new RtspFront(server.Port) { Head = (asked, head) => asked == "SETUP" ? Moved(head, "rtsp://127.0.0.1/other") : head };
        using var run = LiveRun.Start(front.Url("test"));
        Assert.Equal(11, run.Exit());
        Assert.Contains("leads to rtsp://127.0.0.1/other, but only at SETUP", run.Everything);
    }

    [Fact]
    public void A_redirect_of_MJPEG_is_followed() =>
        Faults.WithEachBackend(backend =>
        {
            using var target = new MjpegServer();
            using var server = RudeServer.Answers(_ => $"HTTP/1.1 307 Moved\r\nLocation: {target.Url("stream")}\r\nContent-Length: 0\r\n\r\n");
            using var run = LiveRun.Start($"http://127.0.0.1:{server.Port}/old", "--capture", backend);
            run.WaitFor("running");
            run.Stop();
        });

    [Fact]
    public void A_segment_without_encryption_is_not_fetched_for_a_playlist_with_it()
    {
        using var plain = RudeServer.Answers(_ => "");
        using var certificate = SelfSigned.Create();
        File.WriteAllText(_folder.File("live.m3u8"), $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://localhost:{plain.Port}/0.ts\n");
        using var server = new MjpegServer(folder: _folder.Path, certificate: certificate);
        using var run = LiveRun.Start(server.Url("live.m3u8"), "--insecure-tls");
        Assert.Equal(11, run.Exit());
        Assert.Contains("which is not encrypted", run.Everything);
        Assert.Equal(0, plain.Accepted);
    }

    static string Moved(string head, string location) =>
        $"RTSP/1.0 302 Moved\r\n{head.Split("\r\n").First(line => line.StartsWith("CSeq"))}\r\nLocation: {location}\r\n\r\n";
}
