using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Tests.Faults;
using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Onvif;

namespace FastCam.Tests.Onvif;

/// <summary>What a camera is asked by ONVIF, what it answers, and what becomes of that.</summary>
public sealed class OnvifDeviceTests
{
    static readonly Login Viewer = new("viewer", "geheim: ü");

    // The example of the ONVIF Application Programmer's Guide, section 6.1.1.3.
    [Fact]
    public void A_token_is_digested_as_the_guide_has_it() => Assert.Equal("tuOSpGlFlIXsozq4HFNeeGeFLEI=",
        UsernameToken.Digest(Convert.FromBase64String("LKqI6G/AikKCQrN0zqZFlg=="), "2010-09-16T07:50:45Z", "userpassword"));

    [Theory]
    [InlineData(true, true, "/onvif/media2")]
    [InlineData(false, true, "/onvif/media")]
    [InlineData(false, false, "/onvif/media")]
    public void The_first_profile_with_video_is_played_by_each_version_of_the_media_service(bool hasMedia2, bool knowsServices, string path)
    {
        using var camera = new OnvifCamera { HasMedia2 = hasMedia2, KnowsServices = knowsServices };
        Assert.Equal("rtsp://127.0.0.1/test", Find(camera).Url);
        Assert.Equal([$"{path} GetProfiles", $"{path} GetStreamUri"], camera.Asked.TakeLast(2));
        Assert.Equal(!knowsServices, camera.Asked.Contains($"{OnvifCamera.Path} GetCapabilities"));
    }

    [Theory]
    [InlineData("main", "test")]
    [InlineData("sub", "clock")]
    [InlineData("Süd & <West>", "clock")]
    [InlineData("MAIN STREAM", "test")]
    public void A_profile_is_found_by_its_name_or_token(string profile, string path)
    {
        using var camera = new OnvifCamera();
        Assert.Equal($"rtsp://127.0.0.1/{path}", Find(camera, profile).Url);
    }

    [Fact]
    public void An_unknown_profile_is_refused_with_those_that_there_are()
    {
        using var camera = new OnvifCamera();
        var error = Assert.Throws<MediaException>(() => Find(camera, "third"));
        Assert.Equal($"http://127.0.0.1:{camera.Port}{OnvifCamera.Path} has no profile third: there is Main stream, Süd & <West>.", error.Message);
        Assert.Equal(Recovery.None, error.Recovery);
    }

    [Theory]
    [InlineData(CameraLogin.Token, 1)]
    [InlineData(CameraLogin.Token, -30_000)]
    [InlineData(CameraLogin.Digest, 0)]
    public void A_camera_whose_clock_is_off_takes_the_login(CameraLogin kind, int hoursAhead)
    {
        using var camera = new OnvifCamera { Login = Viewer, Kind = kind, Ahead = TimeSpan.FromHours(hoursAhead) };
        var stream = Find(camera, login: Viewer);
        Assert.Equal(("rtsp://127.0.0.1/test", Viewer), (stream.Url, stream.Login));
    }

    [Theory]
    [InlineData(CameraLogin.Token, true, "refuses this user and password")]
    [InlineData(CameraLogin.Digest, true, "refuses this user and password")]
    [InlineData(CameraLogin.Token, false, "wants a user and a password: give them in a login file, or in the address")]
    [InlineData(CameraLogin.Digest, false, "wants a user and a password: give them in a login file, or in the address")]
    [InlineData(CameraLogin.Basic, true, "asks for a login by Basic: set the camera to Digest, as passwords are not sent to it otherwise")]
    public void Another_login_is_asked_for_in_a_sentence(CameraLogin kind, bool hasLogin, string sentence)
    {
        using var camera = new OnvifCamera { Login = Viewer, Kind = kind };
        var error = Assert.Throws<MediaException>(() => Find(camera, login: hasLogin ? new("viewer", "wrong") : null));
        Assert.Equal($"http://127.0.0.1:{camera.Port}{OnvifCamera.Path} {sentence}.", error.Message);
        Assert.Equal((Recovery.None, hasLogin ? null : "login"), (error.Recovery, error.Setting));
        Assert.InRange(camera.Asked.Count, 1, 4); // a camera locks accounts after a few wrong passwords
    }

    // The router leads from its own port to the camera's, which the camera names.
    [Fact]
    public void A_camera_behind_a_router_is_asked_and_played_at_the_host_that_was_given()
    {
        using var camera = new OnvifCamera { InnerPlace = "192.168.1.77:80", RtspPort = 8554, Login = Viewer };
        var stream = Find(camera, login: Viewer);
        Assert.Equal(("rtsp://127.0.0.1:8554/test", Viewer), (stream.Url, stream.Login));
    }

    [Fact]
    public void A_channel_without_a_camera_hides_no_other()
    {
        var asked = 0;
        using var camera = new OnvifCamera
        {
            Alter = (name, answer) => name == "GetStreamUri" && ++asked == 1
                ? OnvifCamera.Http("400 Bad Request", OnvifCamera.Fault("IncompleteConfiguration", "no video")) : OnvifCamera.Http("200 OK", answer),
        };
        var (profile, address) = Assert.Single(new OnvifDevice(Address(camera.Port, null), new()).ListStreams(default));
        Assert.Equal(("sub", "rtsp://127.0.0.1/clock"), (profile.Token, address.Url));
    }

    [Fact]
    public void A_media_service_at_a_port_of_its_own_is_asked_there()
    {
        using var media = new OnvifCamera { RtspPort = 8555 };
        using var camera = new OnvifCamera
        {
            Alter = (_, answer) => OnvifCamera.Http("200 OK", Regex.Replace(answer, @":\d+/onvif/media", $":{media.Port}/onvif/media")),
        };
        Assert.Equal("rtsp://127.0.0.1:8555/test", Find(camera).Url);
        Assert.Equal(["/onvif/media2 GetProfiles", "/onvif/media2 GetStreamUri"], media.Asked);
    }

    [Theory]
    [InlineData("utf-8 mark")]
    [InlineData("empty lines and a zero")]
    [InlineData("chunks of one byte")]
    [InlineData("another type")]
    [InlineData("UTF-16")]
    public void What_is_written_oddly_is_read(string oddity)
    {
        using var camera = new OnvifCamera
        {
            Alter = (_, answer) => oddity switch
            {
                "utf-8 mark" => OnvifCamera.Http("200 OK", "\uFEFF" + answer),
                "empty lines and a zero" => OnvifCamera.Http("200 OK", $"\r\n \n{answer}\n\0"),
                "another type" => OnvifCamera.Http("200 OK", answer, "text/html; charset=iso-8859-15"),
                "UTF-16" => [.. Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\u00FF\u00FE"),
                    .. Encoding.Unicode.GetBytes(answer.Replace("UTF-8", "UTF-16"))],
                _ => Encoding.UTF8.GetBytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + string.Concat(answer.Replace("Süd", "Sud").Select(letter => $"1\r\n{letter}\r\n")) + "0\r\n\r\n"),
            },
        };
        Assert.Equal("rtsp://127.0.0.1/clock", Find(camera, "sub").Url);
    }

    [Theory]
    [InlineData("no XML", Recovery.BackOff, "answers with what is no SOAP: give the path of the camera's device service")]
    [InlineData("a DTD", Recovery.BackOff, "answers with what is no SOAP: give the path of the camera's device service")]
    [InlineData("deep", Recovery.BackOff, "answers with what is no SOAP: give the path of the camera's device service")]
    [InlineData("endless", Recovery.BackOff, "answers with what is no SOAP: give the path of the camera's device service")]
    [InlineData("404", Recovery.None, "is no ONVIF service (404): give the path of the camera's device service")]
    [InlineData("moved", Recovery.None, "has moved to onvifs://127.0.0.1/new: give that address itself")]
    [InlineData("503", Recovery.BackOff, "answers 503 ServiceUnavailable")]
    [InlineData("unknown", Recovery.None, "does not know GetCapabilities: give the address of its stream by rtsp:// itself")]
    [InlineData("other fault", Recovery.BackOff, "refuses GetCapabilities: not now")]
    [InlineData("no media", Recovery.None, "offers no media service, so it is no camera: give another address")]
    [InlineData("no profiles", Recovery.BackOff, "has no profile with video: set one up at the camera")]
    [InlineData("http stream", Recovery.BackOff, "names no address by RTSP for its profile Main stream")]
    public void What_cannot_be_used_is_refused_in_a_sentence(string what, object recovery, string sentence)
    {
        using var camera = new OnvifCamera
        {
            Alter = (name, answer) => what switch
            {
                "no XML" => OnvifCamera.Http("200 OK", "<html><body>Welcome"),
                "a DTD" => OnvifCamera.Http("200 OK", answer.Replace("?>\n", "?>\n<!DOCTYPE x [<!ENTITY a \"b\">]>")),
                "deep" => OnvifCamera.Http("200 OK", answer.Replace("<S:Header/>", Repeat("<a>") + Repeat("</a>"))),
                "endless" => OnvifCamera.Http("200 OK", answer + new string(' ', 2 << 20) + "x"),
                "404" => OnvifCamera.Http("404 Not Found", "gone"),
                "moved" => "HTTP/1.1 302 Found\r\nLocation: https://u:p@127.0.0.1/new\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(),
                "503" => OnvifCamera.Http("503 Busy", ""),
                "unknown" => OnvifCamera.Http("400 Bad Request", OnvifCamera.Fault("ActionNotSupported", "no")),
                "other fault" => OnvifCamera.Http("400 Bad Request", OnvifCamera.Fault("InvalidArgs", "not now")),
                "no media" => OnvifCamera.Http("200 OK", answer.Replace("/media/", "/events/")),
                "no profiles" => OnvifCamera.Http("200 OK", name == "GetProfiles" ? answer.Replace("VideoEncoder", "AudioEncoder") : answer),
                _ => OnvifCamera.Http("200 OK", answer.Replace("rtsp:", "http:")),
            },
        };
        var error = Assert.Throws<MediaException>(() => Find(camera));
        Assert.Equal($"http://127.0.0.1:{camera.Port}{OnvifCamera.Path} {sentence}.", error.Message);
        Assert.Equal(recovery, error.Recovery);

        static string Repeat(string tag) => string.Concat(Enumerable.Repeat(tag, 50));
    }

    // Where the readers alone are tried, NetworkFuzzTests has a hundred times as many.
    [Fact]
    public void A_camera_whose_answers_are_damaged_leads_to_its_own_host_or_nowhere()
    {
        var random = new Random(20_261);
        using var camera = new OnvifCamera
        {
            HasMedia2 = false,
            Alter = (_, answer) => OnvifCamera.Http("200 OK", random.Next(2) == 0 ? answer : NetworkFuzzTests.Damage(answer, random)),
        };
        var (played, refused) = (0, 0);
        for (var round = 0; round < 500; round++)
        {
            try
            {
                var stream = Find(camera, login: Viewer);
                Assert.Equal(("127.0.0.1", true), (stream.Host, stream.IsRtsp));
                Assert.DoesNotContain(stream.Url, char.IsControl);
                played++;
            }
            catch (MediaException error)
            {
                Assert.DoesNotContain(Viewer.Password, error.Message);
                refused++;
            }
        }

        Assert.True(played > 25 && refused > 25, $"{played} were played, {refused} refused");
    }

    [Fact]
    public void An_answer_that_never_ends_is_given_up()
    {
        using var drip = new LoopbackServer(socket =>
        {
            using var stream = new NetworkStream(socket, ownsSocket: true);
            HttpPeer.Head(stream, "HTTP/1.1 200 OK");
            for (; ; Thread.Sleep(100))
                HttpPeer.Text(stream, " ");
        });
        var start = Environment.TickCount64;
        var error = Assert.Throws<MediaException>(() => new OnvifDevice(Address(drip.Port, null), new()).FindStream(null, default));
        Assert.Equal($"http://127.0.0.1:{drip.Port}{OnvifCamera.Path} does not answer within 5 s.", error.Message);
        Assert.InRange(Environment.TickCount64 - start, 4900, 9000);
    }

    [Theory]
    [InlineData("rtsps", null)]
    [InlineData("rtsp", "names rtsp://localhost/test for its profile Main stream, which is not encrypted: give that address itself if that is right")]
    public void Encryption_is_not_lost_on_the_way_to_the_stream(string scheme, string? refusal)
    {
        using var certificate = SelfSigned.Create();
        using var camera = new OnvifCamera(certificate: certificate) { RtspScheme = scheme, RtspPort = scheme == "rtsp" ? 554 : 322 };
        var address = new StreamAddress("https", "localhost", camera.Port, OnvifCamera.Path);
        StreamAddress Find() => new OnvifDevice(address, new(Insecure: true)).FindStream(null, default);
        if (refusal is null)
            Assert.Equal("rtsps://localhost/test", Find().Url);
        else
            Assert.Equal($"{address} {refusal}.", Assert.Throws<MediaException>(Find).Message);
        Assert.Contains("is not trusted", Assert.Throws<MediaException>(() => new OnvifDevice(address, new()).FindStream(null, default)).Message);
    }

    static StreamAddress Find(OnvifCamera camera, string? profile = null, Login? login = null) =>
        new OnvifDevice(Address(camera.Port, login), new()).FindStream(profile, default);

    static StreamAddress Address(int port, Login? login) => new("http", "127.0.0.1", port, OnvifCamera.Path, login);
}
