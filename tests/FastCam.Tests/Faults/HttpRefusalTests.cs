namespace FastCam.Tests.Faults;

/// <summary>HTTP servers that ask who we are, and prove who they are.</summary>
public sealed class HttpRefusalTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_login_is_used_and_not_shown()
    {
        using var server = new MjpegServer(login: "viewer:pa55word");
        File.WriteAllText(_folder.File("login"), "viewer:pa55word");
        using (var run = LiveRun.Start(server.Url("stream"), "--login", _folder.File("login")))
        {
            run.WaitFor("running");
            var children = Resources.Descendants(run.ProcessId);
            Assert.NotEmpty(children);
            Assert.All(children, process => Assert.DoesNotContain("pa55", File.ReadAllText($"/proc/{process}/cmdline")));
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
    public void Media_without_video_are_said_at_once_to_have_none()
    {
        FFmpeg.Run(["-f", "lavfi", "-i", "sine=d=4", "-c:a", "aac", "-f", "mpegts", _folder.File("tone.ts")]);
        Faults.WithEachBackend(backend =>
        {
            using var server = new MjpegServer(folder: _folder.Path);
            using var run = LiveRun.Start(server.Url("tone.ts"), "--capture", backend);
            Assert.Equal(11, run.Exit());
            Assert.Contains("has no video in it", run.Everything);
            Assert.Equal(["failed"], run.States.Select(said => said.State));
        });
    }

    [Fact]
    public void An_encrypted_server_must_prove_who_it_is()
    {
        using var certificate = SelfSigned.Create();
        File.WriteAllText(_folder.File("ca.pem"), certificate.ExportCertificatePem());
        using var server = new MjpegServer(certificate: certificate);

        using (var run = LiveRun.Start(server.Url("stream")))
        {
            Assert.Equal(11, run.Exit());
            Assert.Contains("not trusted", run.Everything);
        }

        foreach (var trust in new string[][] { ["--ca", _folder.File("ca.pem")], ["--insecure-tls"] })
        {
            foreach (var path in new[] { "stream", "snapshot?every=100ms" })
            {
                using var run = LiveRun.Start(server.Url(path), trust);
                run.WaitFor("running");
                run.Stop();
            }
        }
    }
}
