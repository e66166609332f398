using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FastCam.Tests.Faults;

/// <summary>MJPEG and live HLS over HTTP, from a server that dies, freezes and refuses.</summary>
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
    public void An_encrypted_server_must_prove_who_it_is()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_folder.File("ca.pem"), certificate.ExportCertificatePem());
        using var server = new MjpegServer(certificate: certificate);

        using (var run = LiveRun.Start(server.Url("stream")))
        {
            Assert.Equal(11, run.Exit());
            Assert.Contains("not trusted", run.Everything);
        }

        foreach (var trust in new string[][] { ["--ca", _folder.File("ca.pem")], ["--insecure-tls"] })
        {
            using var run = LiveRun.Start(server.Url("stream"), trust);
            run.WaitFor("running");
            run.Stop();
        }
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
            Thread.Sleep(7000); // longer than the playlist
            Assert.DoesNotContain(run.States, said => said.State == "reconnecting");
            server.Kill();
            run.WaitFor("reconnecting", Faults.Within(8)); // what was fetched is played first
            server.Start();
            run.WaitFor("running", Faults.Within(3));
            Assert.True(run.Stop().GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 150);
        }
        finally
        {
            encoder.Kill();
            encoder.WaitForExit();
        }
    }
}
