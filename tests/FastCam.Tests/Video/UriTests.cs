using System.Net;
using FastCam.Edge.Sinks;
using FastCam.Edge.Streams;
using FastCam.Edge.Web;
using FastCam.Video;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

public sealed class UriTests
{
    static readonly FrameRate Thirty = new(30, 1);

    public static TheoryData<string, SourceUri> Sources => new()
    {
        { "clip.mp4", new PathSourceUri("clip.mp4") },
        { "/videos/my clip.mp4", new PathSourceUri("/videos/my clip.mp4") },
        { @"C:\videos\clip.mp4", new PathSourceUri(@"C:\videos\clip.mp4") },
        { "d:clip.mp4", new PathSourceUri("d:clip.mp4") },
        { "file:clip.mp4", new PathSourceUri("clip.mp4") },
        { "FILE:C:/clip.mp4", new PathSourceUri("C:/clip.mp4") },
        { "file:odd?name=1.mp4", new PathSourceUri("odd?name=1.mp4") },
        { "./odd:name.mp4", new PathSourceUri("./odd:name.mp4") },
        { "photos/*.jpg", new ImagesSourceUri("photos/*.jpg", new(1, 1)) },
        { "photos/img?.png", new ImagesSourceUri("photos/img?.png", new(1, 1)) },
        { "photos/img?.png?rate=2", new ImagesSourceUri("photos/img?.png", new(2, 1)) },
        { "photos?rate=29.97", new ImagesSourceUri("photos", new(29970, 1000)) },
        { "images:photos?rate=1/10", new ImagesSourceUri("photos", new(1, 10)) },
        { "test:", new TestSourceUri(new(1280, 720), Thirty, null) },
        { "test:640x360", new TestSourceUri(new(640, 360), Thirty, null) },
        { "test:@25", new TestSourceUri(new(1280, 720), new(25, 1), null) },
        { "test:160x90@30000/1001?frames=2000", new TestSourceUri(new(160, 90), new(30000, 1001), 2000) },
        { "sdp:camera.sdp", new SdpSourceUri("camera.sdp") },
        { "sdp:camera.sdp?interface=192.0.2.1", new SdpSourceUri("camera.sdp", IPAddress.Parse("192.0.2.1")) },
        { "udp://:5004", new UdpSourceUri(new("udp", "", 5004, "/")) },
        { "udp://@239.1.2.3:5004", new UdpSourceUri(new("udp", "239.1.2.3", 5004, "/", new("", ""))) }, // as players write it
        { "srt://camera:9000", new SrtSourceUri(new("srt", "camera", 9000, "/"), false, new()) },
        { "srt://:9000?latency=200", new SrtSourceUri(new("srt", "", 9000, "/"), true, new(Latency: TimeSpan.FromMilliseconds(200))) },
        { "srt://[::1]:9000?mode=listener&passphrase=a%26b", new SrtSourceUri(new("srt", "::1", 9000, "/"), true, new(null, "a&b")) },
        { "srt://camera:9000?streamid=#!::r=live,m=request", new SrtSourceUri(new("srt", "camera", 9000, "/"), false, new("#!::r=live,m=request")) },
        { "rtmp://camera/live/key?token=1", new RtmpSourceUri(new("rtmp", "camera", 1935, "/live/key?token=1"), false) },
        { "rtmps://camera/live", new RtmpSourceUri(new("rtmps", "camera", 443, "/live"), false) },
        { "rtmp://:1935/live?mode=listener", new RtmpSourceUri(new("rtmp", "", 1935, "/live"), true) },
        { "test:7680x4320@0.5", new TestSourceUri(new(7680, 4320), new(500, 1000), null) },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void A_source_is_understood(string text, SourceUri expected) => Assert.Equal(expected, SourceUri.Parse(text));

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("file:", "nothing")]
    [InlineData("images:", "nothing")]
    [InlineData("rtp://camera", "test:WIDTHxHEIGHT@RATE")]
    [InlineData("srt://camera", "needs a port, as in srt://camera:9000")]
    [InlineData("srt://camera:9000/live", "without a path")]
    [InlineData("srt://:9000?mode=caller", "needs a host to call")]
    [InlineData("srt://camera:9000?mode=rendezvous", "neither caller nor listener")]
    [InlineData("srt://:9000?latency=200000", "not from 0 to 10000 milliseconds")]
    [InlineData("srt://camera:9000?timeout=1", "only mode, streamid, latency, passphrase")]
    [InlineData("rtmp://camera", "an address is rtmp://HOST/APPLICATION/KEY")]
    [InlineData("rtmp://camera/live?mode=server", "neither caller nor listener")]
    [InlineData("rtmps://:1935/live", "not encrypted")]
    [InlineData("udp://camera:5004", "in numbers")]
    [InlineData("udp://", "needs a port")]
    [InlineData("udp://:5004?interface=eth0", "interface=eth0 is no address")]
    [InlineData("sdp:", "names no file")]
    [InlineData("concat:a|b", "concat")]
    [InlineData("photos*/a.jpg", "last part")]
    [InlineData("photos?rate=0", "rate=0")]
    [InlineData("photos?rate=-1", "rate=-1")]
    [InlineData("photos?rate=1e9", "rate=1e9")]
    [InlineData("photos?rate=1001", "rate=1001")]
    [InlineData("photos?speed=2", "speed")]
    [InlineData("photos?rate=2&rate=3", "twice")]
    [InlineData("test:159x90", "160x90")]
    [InlineData("test:160x89", "160x90")]
    [InlineData("test:8193x4320", "8192x8192")]
    [InlineData("test:99999999999x720", "99999999999x720")]
    [InlineData("test:640", "640")]
    [InlineData("test:640x360@", "number of frames a second")]
    [InlineData("test:640x360@0", "number of frames a second")]
    [InlineData("test:640x360@30/0", "number of frames a second")]
    [InlineData("test:640x360@30/1/1", "number of frames a second")]
    [InlineData("test:640x360@99999999999999999999999999999999", "number of frames a second")]
    [InlineData("test:640x360@30?frames=0", "frames=0")]
    [InlineData("test:640x360@30?frames=x", "frames=x")]
    [InlineData("test:640x360@30?frame=5", "frame")]
    public void A_bad_source_is_refused_in_a_sentence(string text, string part) => AssertRefused(() => SourceUri.Parse(text), text, part);

    public static TheoryData<string, object> Sinks => new()
    {
        { "out.mp4", new FileSinkUri("out.mp4") },
        { "file:out.MKV", new FileSinkUri("out.MKV") },
        { @"file:C:\out.mov", new FileSinkUri(@"C:\out.mov") },
        { "images:frames/", new ImagesSinkUri("frames/") },
        { "null:", new NullSinkUri() },
        { "web://127.0.0.1:9000", new WebSinkUri("127.0.0.1", 9000) },
        { "web://localhost/", new WebSinkUri("localhost", WebSinkUri.DefaultPort) },
        { "web://[::1]:9000", new WebSinkUri("::1", 9000) },
    };

    [Theory]
    [MemberData(nameof(Sinks))]
    public void A_sink_is_understood(string text, object expected) => Assert.Equal(expected, SinkSchemes.Parse(text));

    [Theory]
    [InlineData("out.avi", ".mp4")]
    [InlineData("out", ".mp4")]
    [InlineData("", "nothing")]
    [InlineData("images:", "nothing")]
    [InlineData("null:x", "null:")]
    [InlineData("web:9000", "web://HOST:PORT")]
    [InlineData("web://", "web://HOST:PORT")]
    [InlineData("web://host:65536", "web://HOST:PORT")]
    [InlineData("web://host:9000/path", "web://HOST:PORT")]
    [InlineData("web://user@host:9000", "web://HOST:PORT")]
    [InlineData("ftp://host/out.mp4", "ftp")]
    [InlineData("images:out?quality=3", "quality")]
    public void A_bad_sink_is_refused_in_a_sentence(string text, string part) => AssertRefused(() => SinkSchemes.Parse(text), text, part);

    [Fact]
    public void Times_of_a_fractional_rate_do_not_drift()
    {
        var rate = new FrameRate(30000, 1001);
        Assert.Equal(TimeSpan.FromSeconds(1001), rate.TimeOf(30000));
        Assert.Equal(TimeSpan.FromSeconds(1001 * 1000), rate.TimeOf(30000 * 1000));
        Assert.Equal(333_667, rate.TimeOf(1).Ticks);
    }

    [Fact]
    public void Options_decide_how_a_source_is_played()
    {
        var uri = SourceUri.Parse("test:160x90?frames=3");
        using var once = uri.Open(new());
        using var forEver = uri.Open(new(Loop: true));
        using var paced = uri.Open(new(Realtime: true));
        Assert.Equal((true, false, true), (once.IsFinite, forEver.IsFinite, paced.IsFinite));
        Assert.IsType<PacedSource>(paced);
    }

    static void AssertRefused(Action parse, string text, string part)
    {
        var error = Assert.Throws<MediaException>(parse);
        Assert.Equal(MediaFault.BadUri, error.Fault);
        Assert.Contains(part, error.Message);
        Assert.Contains($"'{text.Replace("user@", "***@")}'", error.Message); // the sentence does not repeat credentials
    }
}
