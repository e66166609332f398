using FastCam.Video.Network.Hls;

namespace FastCam.Tests.Video;

/// <summary>Playlists as servers write them.</summary>
public sealed class HlsPlaylistTests
{
    [Fact]
    public void A_playlist_names_a_hundred_thousand_segments_and_no_more()
    {
        var (most, place) = ($"#EXTM3U\n{string.Concat(Enumerable.Repeat("a\n", 100_000))}", new Uri("http://host/p.m3u8"));
        Assert.Equal(100_000, HlsPlaylist.Parse(most, place).Segments.Count);
        Assert.Contains("more than 100000", Assert.Throws<InvalidDataException>(() => HlsPlaylist.Parse(most + "a\n", place)).Message);
    }

    [Fact]
    public void A_variant_playlist_is_understood()
    {
        const string Text = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100,AVERAGE-BANDWIDTH=90\nlow/a.m3u8\n"
            + "#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=500, CODECS=\"mp4a.40.2, avc1.4d401e\" ,BANDWIDTH=900\nhttps://cdn/high.m3u8?t=1\n"
            + "#EXT-X-STREAM-INF:NAME=\"a, BANDWIDTH=7\",CODECS=\"mp4a.40.2,stpp.ttml.im1t\"\n//h/sound.m3u8\n"
            + "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9999,URI=\"i.m3u8\"\n#EXT-X-STREAM-INF:\n../up.m3u8\n";
        Assert.Equal(
        [
            (100, "http://host/live/low/a.m3u8", true), (900, "https://cdn/high.m3u8?t=1", true), (0, "http://h/sound.m3u8", false),
            (0, "http://host/up.m3u8", true),
        ], Parse(Text).Variants.Select(variant => ((int)variant.Bandwidth, $"{variant.Address}", variant.HasVideo)));
    }

    [Fact]
    public void A_media_playlist_is_understood()
    {
        const string Text = "\uFEFF#EXTM3U \r\n#EXT-X-TARGETDURATION:4\r\n#EXT-X-MEDIA-SEQUENCE:17\r\n#EXT-X-START:TIME-OFFSET=3\r\n"
            + "#EXT-X-MAP:URI=\"init.mp4\"\r\n"
            + "#EXTINF:3.5,a title, with #EXT-X-ENDLIST\r\n  a b.m4s?t=1,2\t\r\n\r\n# a comment\r\n#EXT-X-DISCONTINUITY\r\n#EXTINF:oops\r\n/b.m4s\r\n"
            + "#EXT-X-GAP\r\nc.m4s\r\n#EXT-X-PART:DURATION=1,URI=\"d.1.m4s\"\r\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"d.2.m4s\"\r\n#EXT-X-ENDLIST\r\n";
        var playlist = Parse(Text);
        Assert.Equal((TimeSpan.FromSeconds(4), true), (playlist.Target, playlist.IsComplete));
        var map = new HlsMap(new("http://host/live/init.mp4"), null, null);
        Assert.Equal(
        [
            new(17, new("http://host/live/a%20b.m4s?t=1,2"), null, TimeSpan.FromSeconds(3.5), map, null, false, false),
            new(18, new("http://host/b.m4s"), null, playlist.Target, map, null, true, false),
            new(19, new("http://host/live/c.m4s"), null, playlist.Target, map, null, false, true),
        ], playlist.Segments);
    }

    [Fact]
    public void Ranges_follow_one_another_within_a_file()
    {
        const string Text = "#EXTM3U\n#EXT-X-MAP:URI=\"f\",BYTERANGE=\"100@0\"\n#EXT-X-BYTERANGE:50@100\nf\n#EXT-X-BYTERANGE: 25\nf\n#EXT-X-BYTERANGE:5@7\ng\n"
            + "#EXT-X-MAP:URI=\"g\",BYTERANGE=\"9\"\n#EXT-X-BYTERANGE:1\ng\nh\n";
        var segments = Parse(Text).Segments;
        Assert.Equal([new(100, 50), new(150, 25), new(7, 5), new(12, 1), null], segments.Select(segment => segment.Range));
        Assert.Equal([new(0, 100), new(0, 100), new(0, 100), new(0, 9), new(0, 9)], segments.Select(segment => segment.Map!.Range!.Value));
    }

    [Fact]
    public void A_key_holds_until_the_next_of_its_format()
    {
        const string Text = "#EXTM3U\na\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"skd://1\",KEYFORMAT=\"com.apple\"\n"
            + "#EXT-X-KEY:METHOD=AES-128,URI=\"k?a=1,2\",IV=0X0a\nb\nc\n"
            + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\nd\n#EXT-X-KEY:METHOD=NONE\ne\n";
        var key = new HlsKey("AES-128", new("http://host/live/k?a=1,2"), 10);
        Assert.Equal([null, key, key, new("SAMPLE-AES", null, null), null], Parse(Text).Segments.Select(segment => segment.Key));
    }

    [Theory]
    [InlineData("#EXTM3U\nfile:///etc/passwd\n", "no address on the network")]
    [InlineData("#EXTM3U\n#EXT-X-MAP:URI=\"file:///etc/passwd\"\na.ts\n", "no address on the network")]
    [InlineData("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nrtsp://x/\n", "no address on the network")]
    [InlineData("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"data:,x\"\na.ts\n", "no address on the network")]
    [InlineData("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128\na.ts\n", "has no address")]
    [InlineData("#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",IV=0x123456789012345678901234567890123\na.ts\n", "no hexadecimal number of 128 bits")]
    [InlineData("#EXTM3U\n#EXT-X-BYTERANGE:5\na.ts\n", "the byte range 5 of a segment")]
    [InlineData("#EXTM3U\n#EXT-X-BYTERANGE:5@0\na.ts\n#EXT-X-BYTERANGE:5\nb.ts\n", "the byte range 5 of a segment")]
    [InlineData("#EXTM3U\n#EXT-X-BYTERANGE:9223372036854775807@1\na.ts\n", "the byte range 9223372036854775807@1 of a segment")]
    [InlineData("#EXTM3U\n#EXT-X-BYTERANGE:0@1\na.ts\n", "the byte range 0@1 of a segment")]
    [InlineData("#EXTM3U\n#EXT-X-MAP:URI=\"i\",BYTERANGE=\"-1@0\"\na.ts\n", "the byte range -1@0 of an initialisation section")]
    [InlineData("#EXTM3U\n#EXT-X-MAP:BYTERANGE=\"1@0\"\na.ts\n", "has no address")]
    [InlineData("#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\na.ts\n", "EXT-X-SKIP")]
    [InlineData("<html>\n", "no playlist")]
    public void What_a_playlist_may_not_say_is_named(string text, string part) =>
        Assert.Contains(part, Assert.Throws<InvalidDataException>(() => Parse(text)).Message);

    static HlsPlaylist Parse(string text) => HlsPlaylist.Parse(text, new Uri("http://host/live/x.m3u8"));
}
