using System.Net.Sockets;
using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>What goes wrong with SRT, RTMP, RTP and MPEG-TS over UDP: each a sentence, and tried again only where that can help.</summary>
public sealed class SentStreamRefusalTests : IDisposable
{
    const string Secret = "s3cret", Passphrase = "s3cret-phrase";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("an0ther-phrase", Passphrase, "refuses this passphrase: give the sender's.")]
    [InlineData("an0ther-phrase", null, "wants a passphrase: give it in a login file, as :PASSPHRASE.")]
    [InlineData(null, Passphrase, "has no passphrase, and one was given: leave it out.")]
    public void A_passphrase_that_is_not_the_senders_is_refused_at_once(string? theirs, string? ours, string said)
    {
        var place = $"127.0.0.1:{Ports.Free()}";
        using var sender = new StreamSender(
            StreamSender.Numbered, "-map", "0", "-c", "copy", "-f", "mpegts", $"srt://{place}?mode=listener{(theirs is null ? "" : $"&passphrase={theirs}")}");

        var error = Refused($"srt://{place}", ours is null ? null : new Login("", ours));

        Assert.Equal($"srt://{place} {said}", error.Message);
        Assert.Equal((MediaFault.SourceUnreadable, "login"), (error.Fault, error.Setting));
    }

    [Fact]
    public void An_RTMP_server_that_refuses_is_quoted_without_the_key()
    {
        using var server = new RefusingRtmpServer($"No such application for {Secret}-key, go away.");

        var error = Refused($"rtmp://127.0.0.1:{server.Port}/nope/{Secret}-key?token={Secret}");

        Assert.Equal(
            $"rtmp://127.0.0.1:{server.Port}/nope/*** refuses the stream (No such application for ***, go away): "
                + "check the application, the stream's key and the login.",
            error.Message);
        Assert.Contains($"rtmp://127.0.0.1:{server.Port}/nope", Assert.Single(server.Asked)); // the child asks for the server, not for the relay
    }

    [Fact]
    public void A_stream_that_an_RTMP_server_does_not_have_now_is_asked_for_again()
    {
        using var server = new RefusingRtmpServer("NetStream.Play.StreamNotFound");
        using var run = LiveRun.Start($"rtmp://127.0.0.1:{server.Port}/live/{Secret}");

        var said = run.WaitFor("reconnecting");

        Assert.Equal(
            $"rtmp://127.0.0.1:{server.Port}/live/*** does not exist now (NetStream.Play.StreamNotFound): check the application and the stream's key.",
            said.Reason);
        Assert.True(SpinWait.SpinUntil(() => server.Asked.Count > 1, TimeSpan.FromSeconds(10)), "it was not asked for again");
        run.Stop();
        Assert.DoesNotContain(Secret, run.Everything);
    }

    [Theory]
    [InlineData(true, "refuses this user and password.")]
    [InlineData(false, "wants a user and a password: give them in a login file, or in the address.")]
    public void An_RTMP_server_that_asks_who_we_are_is_told(bool hasLogin, string said)
    {
        using var server = new RefusingRtmpServer(
            "[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ",
            "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=viewer&salt=abcd&challenge=efgh&opaque=ijkl",
            "[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=authfailed&opaque=ijkl");

        var error = Refused($"rtmp://127.0.0.1:{server.Port}/live/key", hasLogin ? new Login("viewer", Secret) : null);

        Assert.Equal($"rtmp://127.0.0.1:{server.Port}/live/*** {said}", error.Message);
        Assert.Equal(hasLogin ? 3 : 1, server.Asked.Count);
        Assert.All(server.Asked, asked => Assert.DoesNotContain(Secret, asked));
        if (hasLogin)
            Assert.Contains("user=viewer", server.Asked[1]);
        if (hasLogin)
            Assert.Contains("response=", server.Asked[2]);
    }

    [Fact]
    public void An_encrypted_RTMP_server_must_prove_who_it_is()
    {
        using var certificate = SelfSigned.Create();
        File.WriteAllText(_folder.File("ca.pem"), certificate.ExportCertificatePem());
        using var server = new RtmpServer(StreamSender.Numbered, certificate: certificate);
        var url = $"rtmps://localhost:{server.Port}/live/key";

        Assert.Contains("is not trusted: its certificate is not signed by an authority that is known here", Refused(url).Message);
        foreach (var trust in new[] { new TlsOptions(AuthorityFile: _folder.File("ca.pem")), new TlsOptions(Insecure: true) })
        {
            using var source = SourceUri.Parse(url).Open(new() { Capture = CaptureBackend.Ffmpeg, Tls = trust });
            Limited.Run(() => Assert.True(source.WaitNext(out _)));
        }

        Assert.Contains($"rtmps://localhost:{server.Port}/live", server.Heard);
    }

    [Theory]
    [InlineData("srt")]
    [InlineData("rtmp")]
    [InlineData("udp")]
    public void Sound_alone_is_said_at_once_to_be_no_video(string kind)
    {
        var stream = SentStream.Create(kind, _folder);
        using var sender = stream.Start(StreamSender.Tone);
        stream.LoginArguments(_folder);

        var error = Refused(stream.Source, stream.Login is null ? null : Login.FromFile(_folder.File($"{kind}.login")));

        Assert.EndsWith(" has no video in it.", error.Message);
        Assert.DoesNotContain(Secret, error.Message);
    }

    [Theory]
    [InlineData("srt://127.0.0.1:{0}?mode=listener", SocketType.Dgram)]
    [InlineData("udp://127.0.0.1:{0}", SocketType.Dgram)]
    [InlineData("rtmp://127.0.0.1:{0}/live?mode=listener", SocketType.Stream)]
    [InlineData("camera.sdp", SocketType.Dgram)]
    public void A_port_that_another_program_has_is_said_and_tried_again(string source, SocketType type)
    {
        using var other = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        other.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Any, 0));
        if (type == SocketType.Stream)
            other.Listen();
        var port = ((System.Net.IPEndPoint)other.LocalEndPoint!).Port;
        File.WriteAllText(_folder.File("camera.sdp"), SentStream.Describe("127.0.0.1", port));
        var url = string.Format(source.Replace("camera.sdp", _folder.File("camera.sdp")), port);
        using var opened = SourceUri.Parse(url).Open(Impatient);

        MediaException? error = null;
        Limited.Run(() => error = Assert.Throws<MediaException>(() => opened.WaitNext(out _)));

        Assert.Contains(", since another program has the port: end that, or give another port; given up after", error!.Message);
        Assert.Contains($"{port}", error.Message);
    }

    [Theory]
    [InlineData("srt://192.0.2.77:9000?mode=listener")]
    [InlineData("rtmp://192.0.2.77:9000/live?mode=listener")]
    [InlineData("udp://192.0.2.77:9000")]
    public void An_address_that_is_not_this_machines_is_no_place_to_listen(string source) =>
        Assert.Contains(", since its host is no address of this machine", Refused(source).Message);

    [Theory]
    [InlineData("srt://no-such-host.invalid:9000")]
    [InlineData("rtmp://no-such-host.invalid/live/key")]
    public void A_name_that_does_not_resolve_is_named(string source)
    {
        using var opened = SourceUri.Parse(source).Open(Impatient);

        MediaException? error = null;
        Limited.Run(() => error = Assert.Throws<MediaException>(() => opened.WaitNext(out _)));

        Assert.Contains(": the name no-such-host.invalid does not resolve; given up after", error!.Message);
    }

    [Theory]
    [InlineData("srt://127.0.0.1:9000", "gstreamer")]
    [InlineData("rtmp://127.0.0.1/live/key", "gstreamer")]
    [InlineData("udp://:9000", "gstreamer")]
    [InlineData("udp://:9000", "opencv")]
    public void A_backend_that_cannot_is_named(string source, string backend)
    {
        if (backend == "gstreamer")
            Faults.RequireGStreamer();

        var options = new SourceOptions { Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true) };

        var error = Assert.Throws<MediaException>(() => SourceUri.Parse(source).Open(options));

        Assert.Equal((MediaFault.BadUri, "capture"), (error.Fault, error.Setting));
    }

    [Theory]
    [InlineData("srt://127.0.0.1:9000", ":short", "10 to 79 characters")]
    [InlineData("srt://127.0.0.1:9000?passphrase=long%0Aenough", null, "line break")]
    [InlineData("rtmp://127.0.0.1/live/key", "viewer:pass/word", "none of / ? #")]
    public void Credentials_that_no_sender_can_have_are_refused(string source, string? login, string part)
    {
        File.WriteAllText(_folder.File("login"), login);
        var options = new SourceOptions { Login = login is null ? null : Login.FromFile(_folder.File("login")) };

        var error = Assert.Throws<MediaException>(() => SourceUri.Parse(source).Open(options));

        Assert.Equal(MediaFault.BadUri, error.Fault);
        Assert.Contains(part, error.Message);
    }

    static SourceOptions Impatient => new() { Capture = CaptureBackend.Ffmpeg, Supervision = new() { RetryFor = TimeSpan.FromMilliseconds(1) } };

    /// <summary>Opens a source that fails for good before its first frame.</summary>
    static MediaException Refused(string source, Login? login = null)
    {
        using var opened = SourceUri.Parse(source).Open(new() { Capture = CaptureBackend.Ffmpeg, Login = login });
        MediaException? error = null;
        Limited.Run(() => error = Assert.Throws<MediaException>(() => opened.WaitNext(out _)));
        Assert.Equal(Recovery.None, error!.Recovery);
        Assert.Equal(SourceState.Failed, opened.Status.State);
        return error;
    }
}
