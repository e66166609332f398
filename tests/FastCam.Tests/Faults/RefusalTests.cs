using FastCam.Video;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>Servers that refuse us, or do not speak as they should: a named error, and a password nowhere.</summary>
public sealed class RefusalTests : IDisposable
{
    const string Password = "pa55:w0rd/%";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_right_password_opens_the_stream_and_stands_nowhere()
    {
        Faults.RequireRtspServer();
        using var server = new RtspServer("--login", $"viewer:{Password}");
        var port = Ports.Free();
        foreach (var backend in File.Exists("/usr/bin/gst-launch-1.0") ? (string[])["ffmpeg", "gstreamer"] : ["ffmpeg"])
        {
            using var run = LiveRun.Start(server.Url("test"), "--login", Login(Password), "--capture", backend, "--sink", $"web://127.0.0.1:{port}");
            run.WaitFor("running");
            using var client = new HttpClient();
            var status = await client.GetStringAsync($"http://127.0.0.1:{port}/api/status");
            var session = await client.GetStringAsync($"http://127.0.0.1:{port}/api/session");
            int[] all = [run.ProcessId, .. Resources.Descendants(run.ProcessId)];
            var processes = string.Join('\n', all.Select(process => File.ReadAllText($"/proc/{process}/cmdline")));
            Assert.Contains("127.0.0.1", processes);
            run.Stop();
            foreach (var text in new[] { status, session, processes, run.Everything })
                AssertClean(text);
        }
    }

    [Theory]
    [InlineData("wrong", "test", 11, "refuses this user and password")]
    [InlineData(null, "test", 11, "wants a user and a password")]
    [InlineData(Password, "nothing", 10, "no such stream (404)")]
    public void What_nobody_but_a_person_can_put_right_ends_it_at_once(string? password, string path, int code, string part)
    {
        Faults.RequireRtspServer();
        using var server = new RtspServer("--login", $"viewer:{Password}");
        using var run = password is null ? LiveRun.Start(server.Url(path)) : LiveRun.Start(server.Url(path), "--login", Login(password));
        Assert.Equal(code, run.Exit());
        Assert.Contains(part, run.Everything);
        AssertClean(run.Everything);
        Assert.Equal("failed", run.States[^1].State);
    }

    [Fact]
    public void A_password_in_the_address_is_not_repeated()
    {
        using var run = LiveRun.Start($"rtsp://viewer:{Uri.EscapeDataString(Password)}@127.0.0.1:{Ports.Free()}/s");
        run.WaitFor(said => said.Reason is not null, "said to have no answer");
        run.Stop();
        AssertClean(run.Everything);
    }

    [Theory]
    [InlineData("rtsp://no-such-host.invalid/s", "no-such-host.invalid does not resolve")]
    [InlineData("http://no-such-host.invalid/s", "no-such-host.invalid does not resolve")]
    public void A_name_that_does_not_resolve_is_named_and_tried_again(string source, string part)
    {
        using var run = LiveRun.Start(source);
        run.WaitFor(said => said.Reason?.Contains(part) == true, "said not to resolve");
        run.Stop();
    }

    [Fact]
    public void A_decoder_that_GStreamer_has_not_is_an_error_of_the_command()
    {
        Faults.RequireRtspServer();
        Faults.RequireGStreamer();
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("test"), "--capture", "gstreamer", "--gst-decoder", "rtph264depay ! h264parse ! dreamdec");
        Assert.Equal(2, run.Exit());
        Assert.Contains("no element", run.Everything);
        Assert.Contains("--gst-decoder", run.Everything);
    }

    // They are played at once, since most of the time they wait.
    [Fact]
    public Task Servers_that_answer_wrongly_are_tried_with_growing_pauses() => Task.WhenAll(
        Tried("rtsp", RudeServer.Silent(), "no first frame came within 1 s"),
        Tried("rtsp", RudeServer.ClosesAtOnce(), "closed the connection"),
        Tried("rtsp", RudeServer.SendsGarbage(), "no RTSP"),
        Tried("rtsp", RudeServer.Answers("503 Busy"), "answers 503 Busy"),
        Tried("http", RudeServer.Silent(), "does not answer within 5 s"),
        Tried("http", RudeServer.ClosesAtOnce(), "closed the connection", connectionsEach: 4), // .NET connects so often before it says so
        Tried("http", RudeServer.SendsGarbage(), "no HTTP"));

    [Theory]
    [InlineData("rtsps", "rtsp://")]
    [InlineData("https", "http://")]
    [InlineData("rtmps", "rtmp://")]
    public void A_server_that_speaks_no_TLS_is_not_called_untrusted(string scheme, string plain)
    {
        using var server = RudeServer.Answers("HTTP/1.1 400 Bad Request\r\n\r\n");
        using var source = SourceUri.Parse($"{scheme}://localhost:{server.Port}/live/x").Open(new() { Tls = new(Insecure: true) });
        var error = Assert.Throws<MediaException>(() => source.WaitNext(out _));
        Assert.Contains($"agrees on no encryption: it may not speak TLS at this port; give its port for TLS, or {plain} without", error.Message);
    }

    [Fact]
    public void An_encrypted_server_must_prove_who_it_is()
    {
        Faults.RequireRtspServer();
        Assert.SkipUnless(SelfSigned.CanBeMade, "needs openssl to make a certificate");
        var (certificate, withKey) = SelfSigned.Create(_folder);
        using var server = new RtspServer("--login", $"viewer:{Password}", "--certificate", withKey);
        var url = $"rtsps://localhost:{server.Port}/test";

        using (var run = LiveRun.Start(url, "--login", Login(Password)))
        {
            Assert.Equal(11, run.Exit());
            Assert.Contains("not trusted", run.Everything);
        }

        foreach (var trust in new string[][] { ["--ca", certificate], ["--insecure-tls"] })
        {
            using var run = LiveRun.Start(url, ["--login", Login(Password), .. trust]);
            run.WaitFor("running");
            run.Stop();
        }

        using (var run = LiveRun.Start($"rtsps://127.0.0.1:{server.Port}/test", "--login", Login(Password), "--ca", certificate))
            Assert.Equal(11, run.Exit()); // The certificate is made out to another name.
    }

    static Task Tried(string scheme, RudeServer rude, string part, int connectionsEach = 1) => Task.Factory.StartNew(
        () =>
        {
            using var server = rude;
            using var run = LiveRun.Start($"{scheme}://127.0.0.1:{server.Port}/s", "--start-within", "1");
            run.WaitFor(said => said.State == "reconnecting" && said.Reason?.Contains(part) == true, $"said: {part}");
            var held = new Holdings(run.ProcessId, first: 0); // It has been through some already.
            for (var i = 0; i < (Faults.IsLong ? 50 : 4); i++)
            {
                Thread.Sleep(2000);
                held.Look();
            }

            // The pauses are 0, 0.5, 1, 2, 4, 8 and then 15 s.
            var tried = server.Accepted;
            Assert.True(tried >= 2 && tried <= connectionsEach * (Faults.IsLong ? 16 : 9), $"{scheme}, {part}: tried {tried} times");
            run.Stop();
            held.AssertNoGrowth();
        },
        TaskCreationOptions.LongRunning);

    string Login(string password)
    {
        File.WriteAllText(_folder.File("login"), $"viewer:{password}\n");
        return _folder.File("login");
    }

    static void AssertClean(string text)
    {
        Assert.DoesNotContain("pa55", text);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"viewer:{Password}")), text);
    }
}
