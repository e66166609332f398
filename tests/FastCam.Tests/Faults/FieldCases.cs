using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Tests.Onvif;
using FastCam.Video.Network;

namespace FastCam.Tests.Faults;

/// <summary>Cameras, recorders and servers as they really are, most of them after a public report.</summary>
static class FieldCases
{
    static readonly Login Viewer = new("zoë \"v\"", "pä55word\\w");

    public static IReadOnlyList<FieldCase> All { get; } =
    [
        new("RTSP with line feeds alone", () => Rtsp(server => new(server) { Head = (_, head) => head.Replace("\r\n", "\n") }, Viewer)),
        new("RTSP that numbers its answers otherwise", () => Rtsp(
            server => new(server)
            {
                Head = (_, head) => Regex.Replace(head, @"CSeq: (\d+)", number => $"CSeq: {int.Parse(number.Groups[1].Value) - 1}"),
            },
            Viewer)),
        new("RTSP with several challenges in one header", () => Rtsp(
            server => new(server)
            {
                Head = (_, head) => head.Replace(
                    "WWW-Authenticate: Digest", "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256, Digest"),
            },
            Viewer)),
        new("RTSP that leads elsewhere, with a login", () =>
        {
            var server = new RtspServer("--login", $"{Viewer.User}:{Viewer.Password}");
            var led = false;
            var front = new RtspFront(server.Port)
            {
                Head = (method, head) => method != "DESCRIBE" || led || !(led = head.Contains("200 OK")) ? head
                    : head.Replace("200 OK\r\n", "302 Found\r\nLocation: /test\r\n"),
            };
            return new(front.Url("clock"), front, server) { Login = Viewer };
        }),
        new("RTSP with TLS that leads to RTSP without", () =>
        {
            var certificate = SelfSigned.Create();
            var server = RudeServer.Answers("302 Found\r\nLocation: rtsp://localhost:9/s", certificate);
            return new($"rtsps://localhost:{server.Port}/s", server, certificate);
        })
        { Refusal = "which is not encrypted" },
        new("RTSP that has only audio", () =>
        {
            var server = new RtspServer();
            return new(server.Url("tone"), server);
        })
        { Refusal = "has no video, only audio" },
        new("one frame in twenty is stamped hours off", () => Rtsp(server =>
        {
            var (frame, last) = (0, 0u);
            return new(server)
            {
                Packet = packet =>
                {
                    if (packet[1] % 2 != 0)
                        return packet;
                    var stamp = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8));
                    (frame, last) = (stamp == last ? frame : frame + 1, stamp);
                    if (frame % 20 == 10)
                        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), stamp - 9800u * 90_000);
                    return packet;
                },
            };
        })),
        new("bytes of nothing between packets: Canon VB-H47", () => Rtsp(server =>
        {
            var (count, stray) = (0, Encoding.Latin1.GetBytes("\u0080\u0001$\u0000\u00ff\u00ff\r\n\r\nSession: \u0000$$x"));
            return new(server) { Packet = packet => ++count % 7 == 0 ? [.. packet, .. stray] : packet };
        }))
        { Reports = ["bluenviron/gortsplib#653"] },
        new("a line of one space in a head: Luma x20", () => Rtsp(
            server => new(server) { Head = (_, head) => Regex.Replace(head, "(Session: .*\r\n)", "$1 \r\n") }))
        { Reports = ["koush/scrypted#2137"] },
        Datagrams("406 TCP TRANSPORT IS NOT SUPPORTED", "deepch/RTSPtoWeb#249"),
        Datagrams("461 Unsupported Transport", "deepch/RTSPtoWSMP4f#56"),
        Metadata("of no known kind: UDP Technology", "m=metadata 0 RTP/AVP 98\r\na=rtpmap:98 METADATA/90000\r\n", "bluenviron/gortsplib#474"),
        Metadata(
            "of ONVIF: H3C", "m=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=fmtp:107 DecoderTag=h3c-v3 RTCP=0\r\na=recvonly\r\n",
            "AlexxIT/go2rtc#1663"),
        Metadata("that is described by nothing", "m=metadata\r\na=\r\n"),
        new("packets come before the answer: v4l2rtspserver on a Xiaomi Dafang", () => Rtsp(server =>
        {
            var (waiting, packets) = ("", 0);
            return new(server)
            {
                Head = (method, head) => method == "PLAY" ? (waiting = head)[..0] : head,
                Packet = packet => ++packets == 5 ? [.. packet, .. Encoding.Latin1.GetBytes(waiting)] : packet,
            };
        }))
        { Reports = ["scottlamb/retina#46"] },
        new("other channels than it was asked for", () => Rtsp(server => new(server)
        {
            Head = (_, head) => head.Replace("interleaved=0-1", "interleaved=8-9"),
            Packet = packet => [packet[0], (byte)(packet[1] + 8), .. packet[2..]],
        }))
        { Reports = ["bluenviron/mediamtx#19"] },
        new("OPTIONS are refused with 404: Dahua", () => Rtsp(server => Refusing(server, "OPTIONS", "404 Not Found")))
        { Reports = ["aler9/rtsp-simple-proxy#10"] },
        new("OPTIONS are refused with 501", () => Rtsp(server => Refusing(server, "OPTIONS", "501 Not Implemented"))),
        new("parameter sets in the description that are none: VStarcam", () => Rtsp(server => new(server)
        {
            Description = text => Regex.Replace(text, "sprop-parameter-sets=[^;\r]*", "sprop-parameter-sets=6QAAAA==,aO48gA=="),
        }))
        { Reports = ["scottlamb/retina#42"] },
        new("parameter sets marked as the end of the frame before: Reolink RLC-822A", () => Rtsp(server =>
        {
            var before = new byte[4];
            return new(server)
            {
                Packet = packet =>
                {
                    if (packet[1] == 0 && (packet[16] & 0x1F) is 7 or 8)
                    {
                        packet[5] |= 0x80;
                        before.CopyTo(packet, 8);
                    }

                    before = packet[1] == 0 ? packet[8..12] : before;
                    return packet;
                },
            };
        }))
        { Reports = ["scottlamb/retina#13"] },
        MotionJpeg("MJPEG whose first boundary is left out: Tasmota", "multipart/x-mixed-replace;boundary=e8", "", "\r\n--e8\r\n", "arendst/Tasmota#12376"),
        MotionJpeg("MJPEG without a type", null, "--frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n"),
        MotionJpeg("MJPEG that says it is bytes", "application/octet-stream", "--frame\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n"),
        MotionJpeg("MJPEG whose boundary has spaces", "multipart/x-mixed-replace; boundary=--video boundary--", "--video boundary--\r\n\r\n", "\r\n"),
        new("one JPEG, with a line in the head that is no header: GoaHead on a Sricam", () =>
        {
            var server = new HttpPeer((_, stream) =>
            {
                HttpPeer.Head(
                    stream, "HTTP/1.1 200 OK", "Server: GoaHead", "Tue, 12 Jun 2012 01:56:34 GMT", "Content Type: x", "no colon at all",
                    "Content-Type:image/jpeg", $"Content-Length:{HttpPeer.Jpeg(7).Length}", "Connection: close");
                stream.Write(HttpPeer.Jpeg(7));
            });
            return new(server.Url("snapshot.jpg?every=20ms"), server);
        })
        { Reports = ["home-assistant/core#14960"] },
        Hls("HLS with an advert of another size", "advert"),
        Hls("HLS whose segments are byte ranges of one file", "range"),
        Sent("RTP that an SDP file describes", "rtp"),
        Sent("SRT with a stream id and a passphrase", "srt", "gstreamer"),
        Sent("SRT from a sender that calls", "srt-listener", "gstreamer"),
        Sent("RTMP with a stream key", "rtmp", "gstreamer"),
        Sent("RTMP that is published here", "rtmp-listener", "gstreamer"),
        Sent("MPEG-TS over UDP", "udp", "gstreamer"),
        new("ONVIF, with a login and a clock an hour off", () =>
        {
            var login = new Login("viewer", "s3cret");
            var server = new RtspServer("--login", $"{login.User}:{login.Password}");
            var camera = new OnvifCamera { Login = login, RtspPort = server.Port, Ahead = TimeSpan.FromHours(1) };
            return new(camera.Source, camera, server) { Login = login };
        }),
    ];

    static FieldCase Hls(string name, string sample) => new(name, () =>
    {
        var (folder, server) = (new TemporaryFolder(), new HlsServer());
        string[] Clip(string size, string playlist) =>
        [
            "-f", "lavfi", "-i", $"testsrc2=s={size}:r=30:d=2", "-c:v", "libx264", "-preset", "ultrafast", "-g", "30", "-sc_threshold", "0",
            "-pix_fmt", "yuv420p", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", folder.File(playlist),
        ];
        FFmpeg.Run(sample == "range" ? ["-nostats", .. Clip("320x180", "p.m3u8")[..^1], "-hls_flags", "single_file", folder.File("p.m3u8")]
            : Clip("320x180", "film.m3u8"));
        if (sample == "advert")
        {
            FFmpeg.Run(Clip("640x360", "advert.m3u8"));
            const string Cut = "#EXT-X-DISCONTINUITY\n";
            var list = $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfilm0.ts\n{Cut}#EXTINF:1,\nadvert0.ts\n{Cut}#EXTINF:1,\nfilm1.ts\n#EXT-X-ENDLIST\n";
            File.WriteAllText(folder.File("p.m3u8"), list);
        }

        server.PutAll(folder.Path);
        return new(server.Url("p.m3u8"), server, folder);
    })
    { Frames = sample == "advert" ? 90 : 60, IsWhole = true };

    static FieldCase Sent(string name, string kind, params string[] unknown) => new(name, () =>
    {
        var folder = new TemporaryFolder();
        var stream = SentStream.Create(kind, folder);
        var login = stream.LoginArguments(folder);
        return new(stream.Source, stream.Start(StreamSender.Numbered), folder) { Login = login.Length > 0 ? Login.FromFile(login[1]) : null };
    })
    { Unknown = unknown };

    static FieldServer Rtsp(Func<int, RtspFront> oddity, Login? login = null, int connections = 1)
    {
        var server = login is null ? new RtspServer() : new RtspServer("--login", $"{login.User}:{login.Password}");
        var front = oddity(server.Port);
        return new(front.Url("clock"), front, server) { Login = login, Connections = () => front.Accepted == connections };
    }

    static FieldCase Datagrams(string status, string report) =>
        new($"only datagrams are sent ({status[..3]})", () => Rtsp(server => Refusing(server, "SETUP .*/TCP", status), connections: 2)) { Reports = [report] };

    static FieldCase Metadata(string what, string description, params string[] reports) => new(
        $"metadata beside the video, {what}",
        () => Rtsp(server => new(server)
        {
            Description = text => $"{text}{description}a=control:stream=9\r\n",
            Answer = request => request.StartsWith("SETUP", StringComparison.Ordinal) && request.Contains("stream=9")
                ? $"RTSP/1.0 200 OK\r\nCSeq: {RtspFront.Number(request)}\r\n{Line(request, "Session")}{Line(request, "Transport")}\r\n" : null,
        }))
    { Reports = reports };

    static FieldCase MotionJpeg(string name, string? type, string before, string behind, params string[] reports) => new(name, () =>
    {
        var images = Enumerable.Range(0, 8).Select(HttpPeer.Jpeg).ToList();
        var server = new HttpPeer((_, stream) =>
        {
            HttpPeer.Head(stream, ["HTTP/1.0 200 OK", .. type is null ? [] : new[] { $"Content-Type: {type}" }]);
            for (var number = 0; ; number++)
            {
                HttpPeer.Text(stream, before);
                stream.Write(images[number % images.Count]);
                HttpPeer.Text(stream, behind);
                Thread.Sleep(20);
            }
        });
        return new(server.Url("video"), server);
    })
    { Reports = reports };

    static RtspFront Refusing(int server, string request, string status) => new(server)
    {
        Answer = text => Regex.IsMatch(text, $"^{request}", RegexOptions.Singleline) ? $"RTSP/1.0 {status}\r\nCSeq: {RtspFront.Number(text)}\r\n\r\n" : null,
    };

    static string Line(string request, string name) => Regex.Match(request, $"{name}: .*\r\n").Value;
}
