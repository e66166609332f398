using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FastCam.Tests.Faults;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;

namespace FastCam.Tests.Video;

/// <summary>Which bytes a decoder gets of an HLS stream: in parts, by ranges, decrypted, and with what is missing.</summary>
public sealed class HlsStreamTests : IDisposable
{
    const string Vod = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\na\n#EXTINF:1.5,\nb\n#EXTINF:2,\nc\n#EXT-X-ENDLIST\n";

    readonly HlsServer _server = new();

    public HlsStreamTests()
    {
        foreach (var name in "abcdij")
            _server.Put($"{name}", $"<{name}>");
        _server.Put("p.m3u8", Vod);
    }

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("a\nb\n#EXT-X-DISCONTINUITY\nc\n", "<a><b>|<c>")]
    [InlineData("#EXT-X-DISCONTINUITY\na\nb\n", "<a><b>")]
    [InlineData("#EXT-X-MAP:URI=\"i\"\na\n#EXT-X-DISCONTINUITY\nb\n#EXT-X-MAP:URI=\"j\"\nc\n#EXT-X-MAP:URI=\"i\"\nd\n", "<i><a>|<i><b>|<j><c>|<i><d>")]
    [InlineData("#EXT-X-MAP:URI=\"i\"\na\n#EXT-X-MAP:URI=\"i\"\nb\n", "<i><a><b>")]
    public void A_part_begins_where_the_playlist_says_so(string segments, string parts)
    {
        _server.Put("p.m3u8", $"#EXTM3U\n{segments}#EXT-X-ENDLIST\n");
        Assert.Equal(parts, string.Join("|", Read().Select(part => part.Text)));
        Assert.All(Read(), part => Assert.Equal((TimeSpan.Zero, null), (part.Gap, part.Reason)));
    }

    [Theory]
    [InlineData("honoured")]
    [InlineData("ignored")]
    [InlineData("widened")]
    public void A_byte_range_is_read_whatever_the_server_makes_of_it(string ranges)
    {
        _server.Ranges = (first, last, length) => ranges switch
        {
            "honoured" => (first, last),
            "widened" => (Math.Max(0, first - 1), length - 1),
            _ => null,
        };
        _server.Put("f", "0123456789");
        _server.Put(
            "p.m3u8", "#EXTM3U\n#EXT-X-MAP:URI=\"f\",BYTERANGE=\"2@8\"\n#EXT-X-BYTERANGE:3@1\nf\n#EXT-X-BYTERANGE:2\nf\n"
            + "#EXT-X-BYTERANGE:1@0\nf\n#EXT-X-ENDLIST\n");
        Assert.Equal(["89123450"], Read().Select(part => part.Text));
        Assert.Equal(["8-9", "1-3", "4-5", "0-0"], _server.Asked.Skip(1).Select(asked => asked.Headers["range"]["bytes=".Length..]));
    }

    [Theory]
    [InlineData("another", "sends bytes 5-6/10, and bytes 1-3 were asked for")]
    [InlineData("refused", "answers 416")]
    [InlineData("short", "the file ends before the range does")]
    public void A_range_that_the_server_does_not_have_is_said(string ranges, string part)
    {
        _server.Put("f", ranges == "short" ? "0123" : "0123456789");
        _server.Ranges = (_, _, _) => ranges == "short" ? null : (5, 6);
        _server.Refusal = (path, _) => path == "f" && ranges == "refused" ? "416 Range Not Satisfiable" : null;
        _server.Put("p.m3u8", $"#EXTM3U\n#EXT-X-BYTERANGE:{(ranges == "short" ? "9@1" : "3@1")}\nf\n#EXT-X-ENDLIST\n");
        Assert.Contains(part, Assert.Throws<MediaException>(Read).Message);
        Assert.Equal(1, _server.CountOf("f")); // asking again would change nothing
    }

    [Fact]
    public void Encrypted_segments_and_ranges_are_decrypted_by_their_vector_or_number()
    {
        var key = RandomNumberGenerator.GetBytes(16);
        var vector = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(vector, UInt128.MaxValue - 5);
        var numbered = new byte[16];
        numbered[15] = 18;
        var (first, second) = (Encrypt("first", key, vector), Encrypt("second segment of two blocks", key, numbered));
        _server.Put("key", key);
        _server.Put("a", first);
        _server.Put("f", [1, 2, 3, .. second, 4]);
        _server.Put(
            "p.m3u8", "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:17\n#EXT-X-KEY:METHOD=AES-128,IV=0xfffffffffffffffffffffffffffffffA,URI=\"key\"\na\n"
            + $"#EXT-X-KEY:METHOD=AES-128,URI=\"key\",KEYFORMAT=\"identity\"\n#EXT-X-BYTERANGE:{second.Length}@3\nf\n"
            + "#EXT-X-KEY:METHOD=NONE\nb\n#EXT-X-ENDLIST\n");
        Assert.Equal(["firstsecond segment of two blocks<b>"], Read().Select(part => part.Text));
        Assert.Equal(1, _server.CountOf("key"));
    }

    [Fact]
    public void The_address_of_a_key_gets_no_login_of_another_server()
    {
        using var other = new HlsServer();
        other.Put("key", new byte[16]);
        _server.Put("a", Encrypt("clear", new byte[16], new byte[16]));
        _server.Put("p.m3u8", $"#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"{other.Url("key")}\"\na\n#EXT-X-ENDLIST\n");
        other.Refusal = (_, _) => "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"r\"";
        Assert.Contains("wants a user and a password, which go to the server that they were given for alone",
            Assert.Throws<MediaException>(() => Read(new Login("viewer", "pa55"))).Message);
        Assert.DoesNotContain(other.Asked, asked => asked.Headers.ContainsKey("authorization"));
        other.Refusal = (_, _) => null;
        Assert.Equal(["clear"], Read(new Login("viewer", "pa55")).Select(part => part.Text));
    }

    [Theory]
    [InlineData("short", "has 15 bytes, and a key of AES-128 has 16")]
    [InlineData("wrong", "cannot be decrypted by its key")]
    public void A_key_that_does_not_fit_is_said(string kind, string sentence)
    {
        _server.Put("key", new byte[kind == "short" ? 15 : 16]);
        _server.Put("a", Encrypt("clear", [.. Enumerable.Repeat((byte)7, 16)], new byte[16]));
        _server.Put("p.m3u8", "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\na\n#EXT-X-ENDLIST\n");
        Assert.Contains(sentence, Assert.Throws<MediaException>(Read).Message);
    }

    [Theory]
    [InlineData("METHOD=SAMPLE-AES,URI=\"key\"", "SAMPLE-AES,")]
    [InlineData("METHOD=AES-128,URI=\"skd://k\",KEYFORMAT=\"com.apple.streamingkeydelivery\"", "AES-128 with keys of com.apple.streamingkeydelivery,")]
    public void Another_encryption_is_refused_by_its_name(string key, string name)
    {
        _server.Put("p.m3u8", $"#EXTM3U\n#EXT-X-KEY:{key}\na\n#EXT-X-ENDLIST\n");
        var error = Assert.Throws<MediaException>(Read);
        Assert.Contains($"is encrypted by {name} which is not read here", error.Message);
        Assert.Equal(Recovery.None, error.Recovery);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("503 Service Unavailable")]
    public void A_segment_that_is_not_there_once_is_fetched_again(string status)
    {
        _server.Refusal = (path, before) => path == "b" && before == 0 ? status : null;
        Assert.Equal(["<a><b><c>"], Read().Select(part => part.Text));
    }

    [Fact]
    public void A_segment_that_breaks_off_is_fetched_again_from_there()
    {
        _server.Break = (path, before) => path == "b" ? before : null; // no byte, then one, then two; three are all
        Assert.Equal(["<a><b><c>"], Read().Select(part => part.Text));
        Assert.Equal(4, _server.CountOf("b"));
    }

    [Theory]
    [InlineData("missing", "segment 1 is missing: http://127.0.0.1:PORT/b answers 404 NotFound")]
    [InlineData("gap", "the server marks segments as missing")]
    public void Behind_a_missing_segment_the_rest_is_played_and_the_gap_is_said(string kind, string reason)
    {
        _server.Refusal = (path, _) => path == "b" && kind == "missing" ? "404 Not Found" : null;
        if (kind == "gap")
            _server.Put("p.m3u8", Vod.Replace("#EXTINF:1.5,\n", "#EXT-X-GAP\n#EXTINF:1.5,\n"));
        var parts = Read();
        Assert.Equal(["<a>", "<c>"], parts.Select(part => part.Text));
        Assert.Equal((TimeSpan.FromSeconds(1.5), reason.Replace("PORT", $"{new Uri(_server.Url("")).Port}")), (parts[1].Gap, parts[1].Reason));
        Assert.Equal(kind == "gap" ? 0 : 4, _server.CountOf("b"));
    }

    [Fact]
    public void A_stream_without_a_segment_that_is_there_ends_in_a_sentence()
    {
        _server.Put("p.m3u8", "#EXTM3U\n#EXTINF:1,\nx\n#EXT-X-ENDLIST\n");
        Assert.Contains("answers 404", Assert.Throws<MediaException>(Read).Message);
        _server.Put("p.m3u8", "#EXTM3U\n#EXT-X-ENDLIST\n");
        Assert.Contains("its playlist names no segment", Assert.Throws<MediaException>(Read).Message);
    }

    [Fact]
    public void A_live_stream_outlasts_a_playlist_that_fails_and_sees_what_it_came_too_late_for()
    {
        const string Start = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:";
        var playlists = new Queue<string?>(
        [
            null, "<html>", $"{Start}7\n#EXTINF:1,\nc\n#EXT-X-PART:DURATION=0.2,URI=\"x\"\n", $"{Start}7\n#EXTINF:1,\nc\n#EXTINF:1,\nd\n#EXT-X-ENDLIST\n",
        ]);
        _server.Put("p.m3u8", $"{Start}0\na\na\n#EXTINF:1,\na\n#EXTINF:1,\nb\n#EXTINF:1,\nb\n"); // the third from the end is number 2
        using var stream = _server.Open("p.m3u8");
        _server.Refusal = (path, _) =>
        {
            if (path != "p.m3u8" || !playlists.TryDequeue(out var playlist))
                return null;
            _server.Put("p.m3u8", playlist ?? "");
            return playlist is null ? "502 Bad Gateway" : null;
        };
        Assert.Equal("<a><b><b>", Text(stream.NextPart()!));
        var late = stream.NextPart()!;
        Assert.Equal("<c><d>", Text(late));
        Assert.Equal("2 segments were gone before they could be fetched", late.Reason);
        Assert.InRange(late.Gap, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)); // 2 s are missing, of which no more than has passed
        Assert.Null(stream.NextPart());
        Assert.True(stream.IsComplete);
    }

    [Fact]
    public void Of_the_variants_the_best_with_video_that_is_there_is_played()
    {
        const string Sound = "#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS=\"mp4a.40.2,ac-3\"\nsound.m3u8\n";
        _server.Put(
            "m.m3u8", $"#EXTM3U\n{Sound}#EXT-X-STREAM-INF:BANDWIDTH=500,CODECS=\"mp4a.40.2,avc1.64001f\"\ngone.m3u8\n"
            + "#EXT-X-STREAM-INF:NAME=\"one, two\"\nx.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=300,RESOLUTION=64x64\np.m3u8\n");
        Assert.Equal("<a><b><c>", Text(_server.Open("m.m3u8").NextPart()!));
        Assert.Equal((1, 0, 0), (_server.CountOf("gone.m3u8"), _server.CountOf("x.m3u8"), _server.CountOf("sound.m3u8")));
        _server.Put("m.m3u8", $"#EXTM3U\n{Sound}");
        Assert.Contains("it has sound alone, and no video", Assert.Throws<MediaException>(() => _server.Open("m.m3u8")).Message);
    }

    List<(string Text, TimeSpan Gap, string? Reason)> Read() => Read(null);

    List<(string Text, TimeSpan Gap, string? Reason)> Read(Login? login)
    {
        using var stream = _server.Open("p.m3u8", login);
        var parts = new List<(string, TimeSpan, string?)>();
        while (stream.NextPart() is { } part)
            parts.Add((Text(part), part.Gap, part.Reason));
        return parts;
    }

    static string Text(HlsPart part) => new StreamReader(part).ReadToEnd();

    static byte[] Encrypt(string text, byte[] key, byte[] vector)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        return aes.EncryptCbc(Encoding.UTF8.GetBytes(text), vector);
    }
}
