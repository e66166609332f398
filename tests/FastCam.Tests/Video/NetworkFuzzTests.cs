using System.Net;
using System.Text;
using FastCam.Tests.Onvif;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Onvif;

namespace FastCam.Tests.Video;

/// <summary>What servers and playlists may send, damaged at random: it is read or refused, in bounded time and memory.</summary>
public sealed class NetworkFuzzTests
{
    const int Rounds = 50_000;
    const int Seed = 20_261;
    const int MostTaken = 32 << 20;

    static readonly string[] Challenges =
    [
        "Digest realm=\"cam\", nonce=\"4f2a\", algorithm=SHA-256, qop=\"auth,auth-int\", opaque=\"x\", userhash=true, charset=UTF-8, stale=true",
        "Basic realm=\"a \\\"b\\\"\", Digest realm=\"c\", nonce=n, algorithm=MD5-sess", "Negotiate YII==, NTLM",
    ];

    static readonly string[] Messages =
    [
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 12\r\n\r\nm=video 0 A\n$\0\0\x4xxxx",
        "RTSP/1.0 401 No\nCSeq: 1\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\",\n stale=true\n\n$\x1\0\x2ab",
        "RTSP/1.0 302 Moved\r\nLocation: rtsp://a/b\r\nContent-Length: 70000\r\n\r\nOPTIONS * RTSP/1.0\r\nCSeq: 9\r\n\r\n",
    ];

    static readonly string[] Locations = ["rtsp://user:pa55@cam:8554/live?x=1", "/moved/../a%2Fb", "rtsps://[2001:db8::1]:322/s", "//other/x#y", "http://h/"];

    static readonly string[] Playlists =
    [
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"a\"\nlow/a.m3u8\n#EXT-X-MEDIA-SEQUENCE:17\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:4.0,\nhttp://h/a.ts\n#EXT-X-ENDLIST\n",
    ];

    static readonly string[] Replies =
    [
        Encoding.UTF8.GetString(DiscoveryResponder.Reply("urn:uuid:1", "onvif://www.onvif.org/name/A%20B onvif://www.onvif.org/hardware/C",
            "http://192.168.1.20/onvif/device_service http://[fe80::1]:81/b")),
        Encoding.UTF8.GetString(DiscoveryResponder.Reply("", "onvif://www.onvif.org/", "https://10.0.0.1:443/a;b?c=d", "tds:Device &#x41;&amp;")),
    ];

    static readonly string[] Answers =
    [
        "\u00EF\u00BB\u00BF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Body>"
            + "<GetProfilesResponse><Profiles token=\"a\"><Name>n</Name><VideoEncoderConfiguration><Encoding>H264</Encoding>"
            + "<Resolution><Width>640</Width><Height>360</Height>"
            + "</Resolution><RateControl><FrameRateLimit>30</FrameRateLimit></RateControl></VideoEncoderConfiguration></Profiles>"
            + "<Profiles token=\"b\"><Configurations><VideoEncoder/></Configurations></Profiles></GetProfilesResponse></e:Body></e:Envelope>",
        "<!DOCTYPE a [<!ENTITY b \"c\"><!ENTITY d \"&b;&b;\">]><Envelope><Body>&d;</Body></Envelope>",
        OnvifCamera.Fault("NotAuthorized", "<![CDATA[no]]>"),
        "<?xml version='1.0' encoding='utf-7'?><Envelope><Body><Fault><faultcode>a:b</faultcode><faultstring>c</faultstring></Fault></Body></Envelope>",
    ];

    [Fact]
    public void A_damaged_challenge_is_read_or_passed_over() => Try(Challenges, text =>
    {
        var signIn = new SignIn(new Login("zoë", "p"));
        var again = signIn.Refused([text, text], authorised: false, 0);
        Assert.Equal(again, signIn.For("GET", "/") is { Length: > 0 });
        Assert.True(signIn.Unknown is null or { Length: < 600 });
    });

    [Fact]
    public void A_damaged_message_is_answered_or_refused() => Try(Messages, text =>
    {
        var exchange = new RtspExchange(new("rtsp", "cam", 554, "/s", new("u", "p")));
        exchange.Request(RtspMessage.Parse("DESCRIBE rtsp://cam/s RTSP/1.0\r\nCSeq: 1\r\n"u8)!);
        var wire = new RtspWire(new MemoryStream(Encoding.Latin1.GetBytes(text)));
        try
        {
            while (wire.Next(out _, out var message))
            {
                if (message is not null)
                    Assert.NotNull(exchange.Response(message, out _)?.ToBytes() ?? []);
            }
        }
        catch (Exception error) when (error is InvalidDataException or MediaException)
        {
            Assert.NotEmpty(error.Message); // what came is no RTSP, or has no video in it
        }
    });

    [Fact]
    public void A_damaged_redirect_is_followed_or_refused_without_credentials() => Try(Locations, text =>
    {
        var from = new StreamAddress("rtsp", "cam", 554, "/s", new("u", "pa55"));
        try
        {
            var next = new RedirectPolicy().Follow([from], text);
            Assert.True(next.IsRtsp && next.Host.Length > 0 && next.Port is > 0 and <= 65535 && next.PathAndQuery.StartsWith('/'), text);
            Assert.True(next.Url.All(letter => letter is > ' ' and < '\x7F'), text); // it is sent as a line of a request
            Assert.True(next.Login is null || next.Origin == from.Origin, text);
        }
        catch (MediaException error)
        {
            Assert.DoesNotContain("pa55@", error.Message);
        }
    });

    [Fact]
    public void A_damaged_playlist_is_read_or_refused() => Try(Playlists, text =>
    {
        try
        {
            var playlist = HlsPlaylist.Parse(text, new Uri("http://host/x.m3u8"));
            Assert.All(playlist.Segments, segment => Assert.Matches("^https?$", segment.Address.Scheme));
        }
        catch (InvalidDataException error)
        {
            Assert.NotEmpty(error.Message);
        }
    });

    [Fact]
    public void A_damaged_reply_to_a_probe_is_read_or_passed_over() => Try(Replies, text =>
    {
        var (from, devices) = (IPAddress.Parse("192.168.1.20"), new DiscoveredDevices());
        devices.Add(DiscoveryReply.ReadAll(Encoding.Latin1.GetBytes(text)), from, 24);
        Assert.All(devices.All, device =>
        {
            var address = StreamAddress.From(device.Service)!;
            Assert.StartsWith("192.168.1.", address.Host); // it leads nowhere else
            Assert.InRange(device.Name.Length + device.Hardware.Length, 0, 512);
            Assert.Matches("^onvifs?:[!-~]+$", DeviceAddress.Write(address, device.Name));
        });
    });

    [Fact]
    public void A_damaged_answer_of_a_camera_is_read_or_refused() => Try(Answers, text =>
    {
        if (SoapMessage.Read(Encoding.Latin1.GetBytes(text)) is not { } message)
            return;
        Assert.True(message.Fault is null or { Codes.Count: <= 8, Reason.Length: <= 256 }, text);
        Assert.All(message.Body.Elements().SelectMany(OnvifProfile.ReadAll), profile =>
        {
            Assert.InRange(profile.Token.Length, 1, 256);
            Assert.InRange(profile.Name.Length, 1, 256);
            Assert.True(profile is { Width: >= 0, Height: >= 0, Rate: >= 0 }, text);
        });
    });

    static void Try(string[] samples, Action<string> body) => Limited.Run(() =>
    {
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var text = Damage(samples[random.Next(samples.Length)], random);
            // What the thread takes for one case: the process's memory is that of other tests too.
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                body(text);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostTaken);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"round {round} of seed {Seed}: {Convert.ToHexString(Encoding.Latin1.GetBytes(text))}", error);
            }
        }
    });

    /// <summary>Changes, removes, doubles and inserts some letters; now and then it is noise altogether.</summary>
    public static string Damage(string sample, Random random)
    {
        if (random.Next(20) == 0)
            return string.Create(random.Next(200), random, (letters, source) => Fill(letters, source));
        var text = new StringBuilder(sample);
        for (var i = random.Next(1, 8); i > 0 && text.Length > 0; i--)
        {
            var at = random.Next(text.Length);
            var count = Math.Min(random.Next(1, 12), text.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    text[at] = (char)random.Next(256);
                    break;
                case 1:
                    text.Remove(at, count);
                    break;
                case 2:
                    text.Insert(at, text.ToString(at, count));
                    break;
                default:
                    text.Insert(at, "\",=\\ \n\r:/@#%"[random.Next(12)].ToString(), random.Next(1, 4));
                    break;
            }
        }

        return text.ToString();
    }

    static void Fill(Span<char> letters, Random random)
    {
        foreach (ref var letter in letters)
            letter = (char)random.Next(256);
    }
}
