using System.Security.Cryptography;

namespace FastCam.Tests.Faults;

/// <summary>A way in which a stream comes other than by RTSP and HTTP: its source here, and how a sender is made for it.</summary>
/// <param name="Kind">What it is called.</param>
/// <param name="Source">The source's address, or its file.</param>
/// <param name="Login">The first line of a file with the credentials; null: none.</param>
/// <param name="Awaited">What the program says while nobody sends.</param>
/// <param name="Start">Starts a sender.</param>
sealed record SentStream(string Kind, string Source, string? Login, string Awaited, Func<string, IDisposable> Start)
{
    /// <summary>Stands in each credential, and nowhere else.</summary>
    public const string Secret = "s3cret";

    public static readonly string[] Kinds = ["srt", "srt-listener", "rtmp", "rtmp-listener", "rtp", "rtp-group", "srtp", "udp", "udp-group"];

    const string Passphrase = $"{Secret}-phrase", Copy = "-c copy -map 0", Group = "239.255.12.34", ToLoopback = "?localaddr=127.0.0.1&ttl=0";

    /// <summary>Whether nothing is lost on the way, and nothing sent before there is somebody.</summary>
    public bool IsLossless => Kind is "srt" or "srt-listener" or "rtmp" or "rtmp-listener";

    public static SentStream Create(string kind, TemporaryFolder folder)
    {
        var port = Ports.Free();
        var (here, file) = ($"127.0.0.1:{port}", folder.File($"{kind}.sdp"));
        var key = $"{Secret}AA{Convert.ToBase64String(RandomNumberGenerator.GetBytes(24))}"; // 40 characters are its 30 bytes
        string[] copy = Copy.Split(' '), video = ["-map", "0:v", "-c", "copy", "-bsf:v", "h264_mp4toannexb", "-f", "rtp"];
        switch (kind)
        {
            case "srt":
                return new(kind, $"srt://{here}?latency=60", $"{Secret}-id:{Passphrase}", $"Nothing answers at srt://{here} by SRT.",
                    clip => new StreamSender(clip, [.. copy, "-f", "mpegts", $"srt://{here}?mode=listener&passphrase={Passphrase}"]));
            case "srt-listener":
                return new(kind, $"srt://{here}?mode=listener&latency=60&passphrase={Passphrase}", null, $"srt://{here} waits for a sender.",
                    clip => new StreamSender(clip, [.. copy, "-f", "mpegts", $"srt://{here}?passphrase={Passphrase}"]));
            case "rtmp":
                return new(kind, $"rtmp://{here}/live", $":{Secret}?user={Secret}", $"Nothing answers at rtmp://{here}/live/***: the connection was refused.",
                    clip => new RtmpServer(clip, port));
            case "rtmp-listener":
                return new(kind, $"rtmp://{here}/live/{Secret}?mode=listener", null, $"rtmp://{here}/live/*** waits for a sender.",
                    clip => new StreamSender(clip, [.. copy, "-f", "flv", $"rtmp://{here}/live/{Secret}"]));
            case "udp":
                return new(kind, $"udp://{here}", null, $"udp://{here} waits for a sender.",
                    clip => new StreamSender(clip, [.. copy, "-f", "mpegts", $"udp://{here}?pkt_size=1316"]));
            case "rtp":
                File.WriteAllText(file, Describe("127.0.0.1", port));
                return new(kind, file, null, $"{file} waits for RTP at port {port}.", clip => new StreamSender(clip, [.. video, $"rtp://{here}"]));
            case "rtp-group":
                File.WriteAllText(file, Describe(Group + "/4", port));
                return new(kind, $"sdp:{file}?interface=127.0.0.1", null, $"{file} waits for RTP at {Group}, port {port}.",
                    clip => new StreamSender(clip, [.. video, $"rtp://{Group}:{port}{ToLoopback}"]));
            case "udp-group":
                return new(kind, $"udp://{Group}:{port}?interface=127.0.0.1", null, $"udp://{Group}:{port} waits for a sender.",
                    clip => new StreamSender(clip, [.. copy, "-f", "mpegts", $"udp://{Group}:{port}{ToLoopback}&pkt_size=1316"]));
            case "srtp":
                File.WriteAllText(file, Describe("127.0.0.1", port, "RTP/SAVP") + $"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{key}\r\n");
                string[] keys = ["-srtp_out_suite", "AES_CM_128_HMAC_SHA1_80", "-srtp_out_params", key];
                return new(kind, $"sdp:{file}", null, $"{file} waits for RTP at port {port}.",
                    clip => new StreamSender(clip, [.. video, .. keys, $"srtp://{here}"]));
            default:
                throw new ArgumentException(kind);
        }
    }

    /// <summary>A description as cameras give it: everything but the parameters of the codec, which come within the stream.</summary>
    public static string Describe(string host, int port, string profile = "RTP/AVP") => string.Join("\r\n",
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", $"c=IN IP4 {host}", "t=0 0", $"m=video {port} {profile} 96", "a=rtpmap:96 H264/90000",
        "a=fmtp:96 packetization-mode=1", "");

    /// <summary>The options of the program for its credentials.</summary>
    public string[] LoginArguments(TemporaryFolder folder)
    {
        if (Login is null)
            return [];
        File.WriteAllText(folder.File($"{Kind}.login"), Login + "\n");
        return ["--login", folder.File($"{Kind}.login")];
    }
}
