using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Tests.Onvif;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;
using FastCam.Video.Network.Http;
using FastCam.Video.Network.Logins;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Onvif;

namespace FastCam.Tests.Video;

/// <summary>What servers and playlists may send, damaged at random: it is read or refused, in bounded time and memory.</summary>
public sealed partial class NetworkFuzzTests
{
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

    static readonly string[] Locations =
    [
        "rtsps://[2001:db8::%\r\r\r%1]:322/s", "rtsp://user:pa55@cam:8554/live?x=1", "/moved/../a%2Fb",
        "rtsps://[2001:db8::1]:322/s", "//other/x#y", "http://h/",
    ];

    static readonly string[] Descriptions =
    [
        "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nc=IN IP4 239.1.2.3/4\r\nt=0 0\r\nm=audio 5002 RTP/AVP 0\r\nm=video 5004 RTP/AVP 96\r\n"
            + "a=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1\r\na=source-filter: incl IN IP4 239.1.2.3 10.0.0.1\r\n",
        "v=0\ns=x\nm=video 5004/2 RTP/SAVP 26\nc=IN IP6 ff15::1/3\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\n",
    ];

    static readonly string[] Heads =
    [
        "HTTP/1.1 200 OK\r\nServer: GoaHead\r\nTue, 12 Jun 2012 01:56:34 GMT\r\nContent-Type:image/jpeg\r\n\r\n\xFF\xD8\r\n\r\nx",
        "HTTP/1.0 401 No\nWWW-Authenticate: Digest realm=\"r\",\n nonce=\"n\"\nX-A : b\n\nbody: not a head\n\n",
    ];

    static readonly string[] Playlists =
    [
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100,CODECS=\"a, mp4a.40.2\",RESOLUTION=9x9\nlow/a.m3u8\n#EXT-X-MEDIA-SEQUENCE:9223372036854775807\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"9223372036854775807@1\"\n#EXTINF:4.0,\nhttp://h/a.ts\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0xffffffffffffffffffffffffffffffff\n#EXT-X-BYTERANGE:9223372036854775000@100\nf\n"
            + "#EXT-X-BYTERANGE:707\nf\n#EXT-X-GAP\n#EXTINF:1e308,\n#EXT-X-DISCONTINUITY\ng\n#EXT-X-SKIP:SKIPPED-SEGMENTS=9\n",
        WithKeys(9),
    ];

    // Two packets of MPEG-TS, of which the first has an adaptation field and begins with parameters of H.264.
    static readonly string[] Segments =
    [
        ("G\x41\0\x30\x07\x50xxxxxx\0\0\x01\xE0\0\0\x80\0\0\0\0\x01\x67\x64\0\x0C\xAC\0\0\x01\x68\xEE").PadRight(188, '\xFF')
            + "G\x01\0\x11\0\0\x01\x65".PadRight(188, 'x'),
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
        return again;
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

            return true;
        }
        catch (Exception error) when (error is InvalidDataException or MediaException)
        {
            Assert.NotEmpty(error.Message); // what came is no RTSP, or has no video in it
            return false;
        }
    });

    [Fact]
    public void A_damaged_description_is_read_or_refused_and_names_no_host() => Try(Descriptions, text =>
    {
        Assert.All(SessionDescription.Media(Encoding.Latin1.GetBytes(text)), kind => Assert.InRange(kind.Length, 0, 20));
        try
        {
            var session = SessionFile.Parse("camera.sdp", Encoding.Latin1.GetBytes(text));
            Assert.Matches(@"^at (\d+\.\d+\.\d+\.\d+, |\[[0-9a-f:.%]+\], )?port \d{1,5}$", session.Place); // numbers alone: no name is looked up
            return true;
        }
        catch (MediaException error)
        {
            Assert.InRange(error.Message.Length, 1, 300);
            return false;
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
            return true;
        }
        catch (MediaException error)
        {
            Assert.DoesNotContain("pa55@", error.Message);
            return false;
        }
    });

    [Fact]
    public void A_damaged_playlist_is_read_or_refused() => Try(Playlists, text =>
    {
        try
        {
            var playlist = HlsPlaylist.Parse(text, new Uri("http://host/x.m3u8"));
            foreach (var segment in playlist.Segments)
            {
                Assert.True(segment.Address.Scheme is "http" or "https", text);
                Assert.True(segment.Range is null or { Offset: >= 0, Length: > 0, End: > 0 }, text);
                Assert.True(segment.Map?.Range is null or { Offset: >= 0, Length: > 0, End: > 0 }, text);
                Assert.True(segment.Number >= 0 && segment.Duration >= TimeSpan.Zero && segment.Duration <= TimeSpan.FromMinutes(1), text);
                Assert.True(segment.Key is null or { Address: not null } or { Method.Length: <= 61 }, text);
            }

            return true;
        }
        catch (InvalidDataException error)
        {
            Assert.NotEmpty(error.Message);
            return false;
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
        return devices.All.Count > 0;
    });

    [Fact]
    public void A_damaged_answer_of_a_camera_is_read_or_refused() => Try(Answers, text =>
    {
        if (SoapMessage.Read(Encoding.Latin1.GetBytes(text)) is not { } message)
            return false;
        Assert.True(message.Fault is null or { Codes.Count: <= 8, Reason.Length: <= 256 }, text);
        Assert.All(message.Body.Elements().SelectMany(OnvifProfile.ReadAll), profile =>
        {
            Assert.InRange(profile.Token.Length, 1, 256);
            Assert.InRange(profile.Name.Length, 1, 256);
            Assert.True(profile is { Width: >= 0, Height: >= 0, Rate: >= 0 }, text);
        });
        return true;
    });

    [Fact]
    public void A_damaged_segment_has_codec_parameters_or_none() => Try(Segments, text =>
    {
        var length = CodecParameters.Find(Encoding.Latin1.GetBytes(text)).Length;
        Assert.InRange(length, 0, 64);
        return length > 0;
    });

    [Fact]
    public void A_damaged_head_of_HTTP_keeps_its_headers_alone_and_its_body_whole() => Try(Heads, text =>
    {
        using var stream = new TolerantHttpStream(new MemoryStream(Encoding.Latin1.GetBytes(text)));
        var given = new MemoryStream();
        var piece = new byte[7];
        for (var count = stream.Read(piece); count > 0; count = stream.Read(piece))
            given.Write(piece, 0, count);
        var mended = Encoding.Latin1.GetString(given.ToArray());
        Assert.InRange(mended.Length, 0, text.Length);
        if (HeadEnd().Match(text) is not { Success: true } end)
            return mended == text; // the end of the head never came
        Assert.EndsWith(text[(end.Index + end.Length)..], mended);
        var lines = mended[..(HeadEnd().Match(mended) is { Success: true } left ? left.Index : mended.Length)].Split('\n');
        Assert.All(lines.Skip(1), line => Assert.True(line.Length == 0 || line[0] is ' ' or '\t' or '\r' || line.IndexOf(':') > 0, text));
        return mended == text;
    });

    [Fact]
    public void Thousands_of_keys_cost_no_more_than_their_text()
    {
        const int Count = 20_000;
        var text = WithKeys(Count);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var playlist = HlsPlaylist.Parse(text, new Uri("http://host/x.m3u8"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 60 * text.Length); // addresses, of which .NET keeps several forms
        Assert.Equal((Count, (UInt128)(Count - 1)), (playlist.Segments.Count, playlist.Segments[^1].Key!.Vector));
    }

    static string WithKeys(int count) => "#EXTM3U\n" + string.Concat(
        Enumerable.Range(0, count).Select(i => $"#EXT-X-KEY:METHOD=AES-128,URI=\"k{i}\",IV=0x{i:x},KEYFORMAT=\"identity\"\na{i}\n"));

    static void Try(string[] samples, Func<string, bool> body, [CallerMemberName] string name = "") => Fuzzing.Run(
        cases => Count(samples, body, cases), name);

    static int Count(string[] samples, Func<string, bool> body, int cases)
    {
        var (random, read) = (new Random(Seed), 0);
        for (var round = 0; round < cases; round++)
        {
            var text = Damage(samples[random.Next(samples.Length)], random);
            // What the thread takes for one case: the process's memory is that of other tests too.
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read += body(text) ? 1 : 0;
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostTaken);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"round {round} of seed {Seed}: {Convert.ToHexString(Encoding.Latin1.GetBytes(text))}", error);
            }
        }

        return read;
    }

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

    [GeneratedRegex("\n\r*\n")]
    private static partial Regex HeadEnd();

    static void Fill(Span<char> letters, Random random)
    {
        foreach (ref var letter in letters)
            letter = (char)random.Next(256);
    }
}
