using FastCam.Tests.Faults;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Onvif;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Onvif;

/// <summary>A camera that tells by ONVIF where its stream is, as a source.</summary>
public sealed class OnvifSourceTests
{
    public static TheoryData<string, object> Sources => new()
    {
        { "onvif://192.168.1.20", Uri("http", "192.168.1.20", 80) },
        { "onvif://192.168.1.20/", Uri("http", "192.168.1.20", 80) },
        { "ONVIF://cam:8080/other", new OnvifSourceUri(new("http", "cam", 8080, "/other")) },
        { "onvif://[2001:db8::1]?profile=sub", Uri("http", "2001:db8::1", 80) with { Profile = "sub" } },
        { "onvif://cam/?profile=S%C3%BCd%20%26%20b&transport=udp", Uri("http", "cam", 80) with { Profile = "Süd & b", Transport = RtspTransport.Udp } },
        { "onvifs://viewer:p%2F@cam", new OnvifSourceUri(new("https", "cam", 443, "/onvif/device_service", new("viewer", "p/"))) },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void An_address_is_understood(string text, object expected) => Assert.Equal(expected, SourceUri.Parse(text));

    [Theory]
    [InlineData("onvif:cam", "an address is onvif://HOST:PORT/PATH")]
    [InlineData("onvif://cam?profil=a", "there is no option profil here, only profile, transport")]
    [InlineData("onvif://cam?profile=", "profile= names none")]
    [InlineData("onvif://cam?transport=quic", "transport=quic is neither tcp nor udp")]
    [InlineData("onvifs://cam?transport=udp", "by UDP frames would come unencrypted: onvifs takes TCP")]
    [InlineData("onvif://cam?pace=max", "a live source has its own pace")]
    public void A_bad_address_is_refused_in_a_sentence(string text, string reason) =>
        Assert.Equal($"'{text}' is not understood: {reason}.", Assert.Throws<MediaException>(() => SourceUri.Parse(text)).Message);

    [Fact]
    public void A_password_with_a_question_mark_is_not_repeated()
    {
        var error = Assert.Throws<MediaException>(() => SourceUri.Parse("onvif://viewer:very?secret=pa55@cam"));
        Assert.Equal("'onvif://***' is not understood: a ? in a password is written %3F, and an @ in a profile's name %40.", error.Message);
    }

    [Theory]
    [InlineData("/onvif/device_service", "onvif://cam")]
    [InlineData("/a';rm${IFS}-r&b`c`(d)*!\\", "onvif://cam/a%27%3Brm%24%7BIFS%7D-r%26b%60c%60%28d%29%2A%21%5C")]
    public void An_address_that_is_offered_to_be_copied_says_nothing_to_a_shell(string path, string expected) =>
        Assert.Equal(expected, DeviceAddress.Write(new("http", "cam", 80, path), null));

    [Fact]
    public void A_camera_that_comes_later_and_moves_its_stream_is_played()
    {
        Faults.Faults.RequireRtspServer();
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("camera.login"), "viewer:secret\n");
        using var first = new RtspServer("--login", "viewer:secret");
        using var second = new RtspServer("--login", "viewer:secret");
        var port = Ports.Free();
        using var run = LiveRun.Start($"onvif://127.0.0.1:{port}", "--login", folder.File("camera.login"));
        var missing = run.WaitFor("starting");
        Assert.Equal($"Nothing answers at http://127.0.0.1:{port}{OnvifCamera.Path}: the connection was refused.", missing.Reason);

        using var camera = new OnvifCamera(port)
        {
            Login = new("viewer", "secret"),
            Ahead = TimeSpan.FromHours(1),
            InnerPlace = "192.168.1.20:80",
            RtspPort = first.Port,
        };
        run.WaitFor("running");
        camera.RtspPort = second.Port;
        first.Kill();
        run.WaitFor("reconnecting");
        run.WaitFor("running");

        Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= 1);
        Assert.DoesNotContain("secret", run.Everything);
        Assert.InRange(camera.Asked.Count(asked => asked == "/onvif/media2 GetStreamUri"), 2, 4); // once a connection
    }

    [Theory]
    [InlineData("viewer:wrong", "", "refuses this user and password.")]
    [InlineData("viewer:secret", "?profile=third", "has no profile third: there is Main stream, Süd & <West>.")]
    public void What_a_person_has_to_put_right_ends_it_with_a_sentence(string login, string query, string sentence)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("camera.login"), $"{login}\n");
        using var camera = new OnvifCamera { Login = new("viewer", "secret") };
        var result = Cli.Cli.RunInside("run", "--source", camera.Source + query, "--login", folder.File("camera.login"), "--sink", "null:");
        Assert.Equal((11, $"fastcam: http://127.0.0.1:{camera.Port}{OnvifCamera.Path} {sentence}"), (result.ExitCode, result.Error.TrimEnd().Split('\n')[^1]));
    }

    static OnvifSourceUri Uri(string scheme, string host, int port) => new(new StreamAddress(scheme, host, port, OnvifCamera.Path));
}
