using System.Text;
using FastCam.Video;
using FastCam.Video.FFmpeg;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

public sealed class NetworkSourceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rtsp://cam", "cam", 554, "/", null, null)]
    [InlineData("rtsps://cam/a?channel=1&subtype=0", "cam", 322, "/a?channel=1&subtype=0", null, null)]
    [InlineData("rtsp://admin@10.0.0.5:8554/s", "10.0.0.5", 8554, "/s", "admin", "")]
    [InlineData("rtsp://admin:p@ss:w#rd?@cam:1/s", "cam", 1, "/s", "admin", "p@ss:w#rd?")]
    [InlineData("http://a:b%2Fc%25@[::1]:80/x", "::1", 80, "/x", "a", "b/c%")]
    [InlineData("https://cam/x", "cam", 443, "/x", null, null)]
    public void An_address_is_understood(string text, string host, int port, string path, string? user, string? password)
    {
        var address = SourceUri.Parse(text) switch
        {
            RtspSourceUri rtsp => rtsp.Address,
            HttpSourceUri http => http.Address,
            var other => throw new InvalidOperationException($"{other}"),
        };
        Assert.Equal((host, port, path), (address.Host, address.Port, address.PathAndQuery));
        Assert.Equal((user, password), (address.Login?.User, address.Login?.Password));
    }

    [Theory]
    [InlineData("rtsp://cam/s", "", "/s")]
    [InlineData("rtsp://cam/s?transport=udp", nameof(RtspTransport.Udp), "/s")]
    [InlineData("rtsp://cam/s?a=1&transport=tcp&b=2", nameof(RtspTransport.Tcp), "/s?a=1&b=2")]
    public void Our_option_is_taken_out_and_the_camera_s_stay(string text, string transport, string path)
    {
        var uri = Assert.IsType<RtspSourceUri>(SourceUri.Parse(text));
        Assert.Equal((transport, path), ($"{uri.Transport}", uri.Address.PathAndQuery));
    }

    [Theory]
    [InlineData("http://cam/a.jpg", null)]
    [InlineData("http://cam/a.jpg?every=2s", 2000)]
    [InlineData("http://cam/a.jpg?x=1&every=250ms", 250)]
    [InlineData("http://cam/a.jpg?every=0.5", 500)]
    [InlineData("http://cam/a.jpg?every=3m", 180_000)]
    [InlineData("http://cam/a.jpg?every=day", null)]
    [InlineData("http://cam/a.jpg?every=ms", null)]
    [InlineData("http://cam/a.jpg?every=-1s", null)]
    public void A_period_is_understood_and_the_address_stays_as_it_stands(string text, int? milliseconds)
    {
        var uri = Assert.IsType<HttpSourceUri>(SourceUri.Parse(text));
        Assert.Equal(milliseconds, uri.Every?.TotalMilliseconds);
        Assert.Equal(text["http://cam".Length..], uri.Address.PathAndQuery);
    }

    [Theory]
    [InlineData("rtsp:cam")]
    [InlineData("http://cam/a.jpg?token=secret&every=0s")]
    [InlineData("http://cam/a.jpg?token=secret&every=1ms")]
    [InlineData("http://cam/a.jpg?token=secret&every=1441m")]
    [InlineData("rtsp://")]
    [InlineData("rtsp://user:secret@/s")]
    [InlineData("rtsp://user:secret@cam:0/s")]
    [InlineData("rtsp://user:secret@cam:http/s")]
    [InlineData("rtsp://user:sec/secret@cam/s")]
    [InlineData("rtsp://user:secret@cam/s?transport=sctp")]
    [InlineData("rtsps://user:secret@cam/s?transport=udp")]
    [InlineData("http://user:secret@ca m/")]
    public void A_bad_address_is_refused_without_its_password(string text)
    {
        var error = Assert.Throws<MediaException>(() => SourceUri.Parse(text));
        Assert.Equal(MediaFault.BadUri, error.Fault);
        Assert.DoesNotContain("secret", error.Message);
    }

    [Theory]
    [InlineData("rtsp://admin:secret@cam/s?user=admin&password=secret", "rtsp://cam/s")]
    [InlineData("rtsp://cam/user=admin&password=secret&channel=1.sdp", "rtsp://cam/user=***&password=***&channel=1.sdp")]
    [InlineData("https://token:secret@cam:8443/live/token=secret/a", "https://cam:8443/live/token=***/a")]
    public void No_credential_is_shown(string text, string shown)
    {
        var uri = SourceUri.Parse(text);
        Assert.DoesNotContain("secret", uri.ToString().Replace("PathAndQuery", ""), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(shown, uri is RtspSourceUri rtsp ? rtsp.Address.ToString() : ((HttpSourceUri)uri).Address.ToString());
    }

    [Fact]
    public void Credentials_come_from_a_file()
    {
        File.WriteAllText(_folder.File("login"), "admin:a:b c\nmore\n");
        Assert.Equal(new Login("admin", "a:b c"), Login.FromFile(_folder.File("login")));
        Assert.DoesNotContain("admin", $"{Login.FromFile(_folder.File("login"))}");
        File.WriteAllText(_folder.File("login"), "secret");
        var error = Assert.Throws<MediaException>(() => Login.FromFile(_folder.File("login")));
        Assert.Contains("USER:PASSWORD", error.Message);
        Assert.DoesNotContain("secret", error.Message);
        Assert.Contains("nowhere", Assert.Throws<MediaException>(() => Login.FromFile(_folder.File("nowhere"))).Message);
    }

    [Theory]
    [InlineData("rtsps://127.0.0.1:1/s")]
    [InlineData("https://127.0.0.1:1/s")]
    public void A_file_of_authorities_is_read_before_any_server_answers(string text)
    {
        File.WriteAllText(_folder.File("empty.pem"), "no certificate");
        foreach (var (name, part) in new[] { ("nowhere.pem", "cannot be read"), ("empty.pem", "holds no certificate") })
        {
            var error = Assert.Throws<MediaException>(() => SourceUri.Parse(text).Open(new() { Tls = new(AuthorityFile: _folder.File(name)) }));
            Assert.Equal(MediaFault.BadUri, error.Fault);
            Assert.Contains(part, error.Message);
        }
    }

    [Theory]
    [InlineData("[rtsp @ 0x1] method DESCRIBE failed for rtsp://admin:s3cr%2Fet@cam/x")]
    [InlineData("could not open rtsp://admin:s3cr/et@cam/x")]
    [InlineData("the password was s3cr/et")]
    public void What_a_child_says_loses_its_credentials(string log) => Assert.DoesNotContain("s3cr", Redaction.OfLog(log, "s3cr/et"));

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\r\r\n")]
    public void A_connection_is_cut_into_messages_and_packets_whatever_the_pieces(string end)
    {
        byte[] Lines(string text) => Encoding.ASCII.GetBytes(text.Replace("\n", end));
        byte[] bytes =
        [
            .. Lines("RTSP/1.0 200 OK\nCSeq : 1\ncontent-length:4 \nX: a,\n b\n\n"), .. "body"u8, .. "$\0\0\x3"u8, 0x80, 2, 3, .. Lines("\n"),
            .. Lines("ANNOUNCE rtsp://x RTSP/1.0\nCSeq: 2\n\n"), .. "$\x2\0\0"u8,
        ];
        for (var piece = 1; piece < bytes.Length; piece += 7)
        {
            var wire = new RtspWire(new PiecewiseStream(bytes, piece));
            var items = new List<string>();
            while (wire.Next(out var packet, out var message))
            {
                items.Add(message is null
                    ? $"packet {packet.Length}"
                    : $"{message.StartLine}|{message["cseq"]}|{message["X"]}|{Encoding.ASCII.GetString(message.Body)}");
            }

            Assert.Equal(["RTSP/1.0 200 OK|1|a, b|body", "packet 7", "ANNOUNCE rtsp://x RTSP/1.0|2||", "packet 4"], items);
        }
    }

    [Fact]
    public void Missing_packets_are_counted_for_each_channel()
    {
        var counter = new PacketCounter();
        foreach (var (channel, sequence) in new[] { (0, 65533), (0, 65535), (1, 7), (0, 0), (2, 100), (0, 3), (1, 9), (2, 101), (0, 30000), (0, 30002) })
            counter.Count([(byte)'$', (byte)channel, 0, 12, 0x80, 96, (byte)(sequence >> 8), (byte)sequence, 0, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(1 + 2 + 1, counter.Lost); // 65534, then 1 and 2, then none at the new sequence, then 30001
    }

    [Theory]
    [InlineData("[rtsp @ 0x1] RTP: missed 3 packets\n[rtsp @ 0x1] RTP: missed 12 packets\nRTP: missed some\n", 15)]
    [InlineData("RTRTP: missed RTP: missed 5 packets", 5)]
    [InlineData("nothing", 0)]
    public void What_the_decoder_misses_is_added_up_whatever_the_pieces(string log, int expected)
    {
        for (var piece = 1; piece < log.Length; piece++)
        {
            var missed = new MissedPackets();
            foreach (var chunk in Encoding.ASCII.GetBytes(log).Chunk(piece))
                missed.Read(chunk);
            Assert.Equal(expected, missed.Count);
        }
    }

    sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, piece));
    }
}
