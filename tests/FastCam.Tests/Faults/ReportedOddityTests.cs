using System.Text;
using System.Text.RegularExpressions;
using FastCam.Tests.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>Cameras and recorders as people report them in public. Each is played without a break, by FFmpeg and by GStreamer.</summary>
public sealed class ReportedOddityTests
{
    const int Frames = 40;

    public ReportedOddityTests() => Faults.RequireRtspServer();

    /// <summary>Canon VB-H47: bytes of nothing between packets, a dollar sign among them. Report: bluenviron/gortsplib#653.</summary>
    [Fact]
    public void Stray_bytes_between_packets_are_passed_over()
    {
        var stray = Encoding.Latin1.GetBytes("\u0080\u0001$\u0000\u00ff\u00ff\r\n\r\nSession: \u0000$$x");
        Play(server => new(server.Port) { Packet = Every(7, packet => [.. packet, .. stray]) });
    }

    /// <summary>Luma x20: a line of one space in the head of an answer. Report: koush/scrypted#2137.</summary>
    [Fact]
    public void A_line_of_one_space_ends_no_head() =>
        Play(server => new(server.Port) { Head = (_, head) => Regex.Replace(head, "(Session: .*\r\n)", "$1 \r\n") });

    /// <summary>TP-Link Tapo C220: keep-alives are refused, under the number of the request before. Report: scottlamb/retina#136.</summary>
    [Fact]
    public void Keep_alives_that_are_refused_end_nothing()
    {
        var refused = 0;
        Play(
            server => new(server.Port)
            {
                Head = (_, head) => Hurried(head),
                Answer = request => IsKeepAlive(request) && Interlocked.Increment(ref refused) > 0
                    ? $"RTSP/1.0 400 Bad Request\r\nCSeq: {Number(request) - 1}\r\n\r\n" : null,
            },
            frames: 3 * Frames);
        Assert.True(refused > 0, "no keep-alive was sent");
    }

    /// <summary>Axis M5525: a keep-alive is challenged anew, with another nonce. Report: ngraziano/SharpRTSP#126.</summary>
    [Fact]
    public void Keep_alives_that_are_challenged_are_signed_anew()
    {
        var signed = 0;
        Play(
            server => new(server.Port)
            {
                Head = (_, head) => Hurried(head),
                Answer = request =>
                {
                    if (!IsKeepAlive(request))
                        return null;
                    var isSigned = request.Contains("nonce=\"fresh\"");
                    if (isSigned)
                        Interlocked.Increment(ref signed);
                    return isSigned ? $"RTSP/1.0 200 OK\r\nCSeq: {Number(request)}\r\n\r\n"
                        : $"RTSP/1.0 401 Unauthorized\r\nCSeq: {Number(request)}\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"fresh\", stale=true\r\n\r\n";
                },
            },
            frames: 3 * Frames, login: new("user", "pa55word"));
        Assert.True(signed > 0, "no keep-alive was signed anew");
    }

    /// <summary>A camera that sends datagrams alone, and says so with 406, or 461. Reports: deepch/RTSPtoWeb#249, deepch/RTSPtoWSMP4f#56.</summary>
    [Theory]
    [InlineData("406 TCP TRANSPORT IS NOT SUPPORTED")]
    [InlineData("461 Unsupported Transport")]
    public void A_camera_that_sends_datagrams_alone_is_played_by_datagrams(string status) => Play(
        server => new(server.Port)
        {
            Answer = request => request.StartsWith("SETUP", StringComparison.Ordinal) && request.Contains("/TCP")
                ? $"RTSP/1.0 {status}\r\nCSeq: {Number(request)}\r\n\r\n" : null,
        },
        connections: 2);

    /// <summary>Domes of UDP Technology and H3C: a stream of metadata, of no known kind. Reports: bluenviron/gortsplib#474, AlexxIT/go2rtc#1663.</summary>
    [Theory]
    [InlineData("m=metadata 0 RTP/AVP 98\r\na=rtpmap:98 METADATA/90000\r\n")]
    [InlineData("m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=fmtp:107 DecoderTag=h3c-v3 RTCP=0\r\na=recvonly\r\n")]
    [InlineData("m=metadata\r\na=\r\n")]
    public void A_stream_of_metadata_beside_the_video_is_left_alone(string description) => Play(server => new(server.Port)
    {
        Description = text => $"{text}{description}a=control:stream=9\r\n",
        Answer = request => request.StartsWith("SETUP", StringComparison.Ordinal) && request.Contains("stream=9")
            ? $"RTSP/1.0 200 OK\r\nCSeq: {Number(request)}\r\n{Line(request, "Session")}{Line(request, "Transport")}\r\n" : null,
    });

    /// <summary>v4l2rtspserver on a Xiaomi Dafang: packets come before PLAY is answered. Report: scottlamb/retina#46.</summary>
    [Fact]
    public void Packets_may_come_before_the_answer()
    {
        Play(server =>
        {
            var (waiting, packets) = ("", 0);
            return new(server.Port)
            {
                Head = (method, head) =>
                {
                    if (method != "PLAY")
                        return head;
                    waiting = head;
                    return "";
                },
                Packet = packet => ++packets == 5 ? [.. packet, .. Encoding.Latin1.GetBytes(waiting)] : packet,
            };
        });
    }

    /// <summary>A recorder that names other channels than it was asked for. Report: bluenviron/mediamtx#19.</summary>
    [Fact]
    public void Channels_are_those_that_the_server_names() => Play(server => new(server.Port)
    {
        Head = (_, head) => head.Replace("interleaved=0-1", "interleaved=8-9"),
        Packet = packet => [packet[0], (byte)(packet[1] + 8), .. packet[2..]],
    });

    /// <summary>A Dahua that answers OPTIONS with 404, as others do with 501 or 405. Report: aler9/rtsp-simple-proxy#10.</summary>
    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("501 Not Implemented")]
    public void A_camera_that_knows_no_options_is_played(string status) => Play(server => new(server.Port)
    {
        Answer = request => request.StartsWith("OPTIONS", StringComparison.Ordinal) ? $"RTSP/1.0 {status}\r\nCSeq: {Number(request)}\r\n\r\n" : null,
    });

    /// <summary>VStarcam: parameter sets in the description that are none. Report: scottlamb/retina#42.</summary>
    [Fact]
    public void Parameter_sets_in_the_description_may_be_none() => Play(server => new(server.Port)
    {
        Description = text => Regex.Replace(text, "sprop-parameter-sets=[^;\r]*", "sprop-parameter-sets=6QAAAA==,aO48gA=="),
    });

    /// <summary>Reolink RLC-822A: parameter sets have the marker bit, and the time of the frame before. Report: scottlamb/retina#13.</summary>
    [Fact]
    public void Parameter_sets_may_be_marked_as_the_end_of_the_frame_before()
    {
        Play(server =>
        {
            var before = new byte[4];
            return new(server.Port)
            {
                Packet = packet =>
                {
                    if (packet[1] != 0)
                        return packet;
                    if ((packet[16] & 0x1F) is 7 or 8)
                    {
                        packet[5] |= 0x80;
                        before.CopyTo(packet, 8);
                    }

                    before = packet[8..12];
                    return packet;
                },
            };
        });
    }

    /// <summary>A Reolink that keeps sending for a session that nobody ended. Report: Motion-Project/motion#1265.</summary>
    [Fact]
    public void A_session_is_ended_by_its_name() => Play(_ => null, judge: front =>
        Assert.True(SpinWait.SpinUntil(() => front.Requests.Contains("TEARDOWN"), TimeSpan.FromSeconds(5)), string.Join(' ', front.Requests)));

    /// <summary>H.264+ of Hikvision and Dahua: key frames are minutes apart, and a watchdog that knows frames alone never sees one.
    /// Reports: badbread/crumbvms#114, ZLMediaKit/ZLMediaKit#1665.</summary>
    [Fact]
    public void A_key_frame_that_is_long_in_coming_is_waited_for() => Faults.WithEachBackend(backend =>
    {
        using var server = new RtspServer();
        using var first = SourceUri.Parse(server.Url("rare")).Open(new() { Capture = CaptureBackend.Ffmpeg });
        var key = first.ReadAll(10)[0].Number!.Value; // the next one is five seconds behind it
        var rest = Task.Run(() => Drain(first));
        using var second = SourceUri.Parse(server.Url("rare")).Open(new()
        {
            Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true),
            Supervision = new() { StartWithin = TimeSpan.FromSeconds(1), StallAfter = TimeSpan.FromSeconds(1) },
        });
        var said = new List<SourceStatus>();
        second.StatusChanged += said.Add;

        var frames = second.ReadAll(20);

        Assert.Equal(0, second.Status.Restarts);
        Assert.True(frames[0].Number - key > 4500, $"by {backend} a frame was shown {frames[0].Number - key} ms behind a key frame");
        Assert.Contains(said, status => status.State == SourceState.Starting && status.Reason!.Contains("the next key frame is waited for"));
        first.Stop();
        rest.GetAwaiter().GetResult();
    });

    /// <summary>GoaHead on a Sricam: a date without a name stands among the headers. Report: home-assistant/core#14960.</summary>
    [Fact]
    public void Lines_that_are_no_headers_are_passed_over()
    {
        using var server = new HttpPeer((_, stream) =>
        {
            HttpPeer.Head(stream, "HTTP/1.1 200 OK", "Server: GoaHead", "Tue, 12 Jun 2012 01:56:34 GMT", "Content Type: x", "no colon at all",
                "Content-Type:image/jpeg", $"Content-Length:{HttpPeer.Jpeg(7).Length}", "Connection: close");
            stream.Write(HttpPeer.Jpeg(7));
        });
        using var source = SourceUri.Parse(server.Url("snapshot.jpg?every=20ms")).Open(new() { Supervision = new() { RetryFor = TimeSpan.Zero } });

        Assert.All(source.ReadAll(3), frame => Assert.Equal(7, frame.Number));
    }

    static void Play(
        Func<RtspServer, RtspFront?> oddity, int frames = Frames, Login? login = null, int connections = 1, Action<RtspFront>? judge = null) =>
        Faults.WithEachBackend(backend =>
        {
            using var server = login is null ? new RtspServer() : new RtspServer("--login", $"{login.User}:{login.Password}");
            using var front = oddity(server) ?? new RtspFront(server.Port);
            using (var source = SourceUri.Parse(front.Url("clock")).Open(new()
            {
                Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true),
                Login = login,
                Supervision = new() { RetryFor = TimeSpan.FromSeconds(3) },
            }))
            {
                var seen = source.ReadAll(frames);

                Assert.Equal(frames, seen.Count);
                Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.Second.Header.PresentationTime > pair.First.Header.PresentationTime));
                Assert.InRange(seen.Count(frame => frame.Number is null), 0, 3);
                Assert.True(front.Accepted == connections, $"{front.Accepted} connections by {backend}: {source.Status.Reason}");
            }

            judge?.Invoke(front);
        });

    static void Drain(FrameSource source)
    {
        while (source.WaitNext(out _))
            source.Skip();
    }

    /// <summary>Changes each packet of RTP whose turn it is.</summary>
    static Func<byte[], byte[]> Every(int period, Func<byte[], byte[]> change)
    {
        var count = 0;
        return packet => ++count % period == 0 ? change(packet) : packet;
    }

    // The session is to be kept alive every second or so.
    static string Hurried(string head) => Regex.Replace(head, "(Session: [^;\r]*)[^\r]*", "$1;timeout=2");

    static bool IsKeepAlive(string request) =>
        request.Split(' ')[0] is "OPTIONS" or "GET_PARAMETER" or "SET_PARAMETER" && request.Contains("Session:");

    static int Number(string request) => int.Parse(Regex.Match(request, @"CSeq: (\d+)").Groups[1].Value);

    static string Line(string request, string name) => Regex.Match(request, $"{name}: .*\r\n").Value;
}
