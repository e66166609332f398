using System.Text;
using FastCam.Video;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

/// <summary>Files in SDP that say where RTP comes.</summary>
public sealed class SessionFileTests : IDisposable
{
    const string Head = "v=0\r\no=- 0 0 IN IP4 192.0.2.1\r\ns=camera\r\n", Group = "c=IN IP4 239.1.2.3/16\r\n", Type = "a=rtpmap:96 H264/90000\r\n";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP 96\r\n{Type}", "at 239.1.2.3, port 5004")]
    [InlineData($"{Head}c=IN IP4 192.0.2.7\r\nm=audio 5000 RTP/AVP 0\r\nm=video 5004 RTP/AVP 96\r\n{Type}", "at port 5004")]
    [InlineData($"{Head}{Group}m=video 5004/2 RTP/SAVPF 96\r\nc=IN IP6 ff02::1\r\n{Type}a=crypto:1 X inline:key\r\n", "at [ff02::1], port 5004")]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP 26\r\nm=video 5006 RTP/AVP 96\r\n{Type}", "at 239.1.2.3, port 5004")]
    [InlineData("v=0\nc=IN IP4 0.0.0.0\nm=video 1 RTP/AVP 33\n", "at port 1")]
    public void Where_video_comes_is_read(string text, string place) =>
        Assert.Equal(place, SessionFile.Parse("camera.sdp", Encoding.UTF8.GetBytes(text)).Place);

    [Theory]
    [InlineData("", "it does not begin with v=0")]
    [InlineData(Head, "it describes no media (m=)")]
    [InlineData($"{Head}{Group}m=audio 5004 RTP/AVP 0\r\n", "it has no video, only audio")]
    [InlineData($"{Head}m=video 5004 RTP/AVP 96\r\n{Type}", "its line 4 has no address: a line as c=IN IP4 239.1.2.3 is missing")]
    [InlineData($"{Head}c=IN IP4 camera.local\r\n", "its line 4 (c=IN IP4 camera.local) is no address of the form c=IN IP4 239.1.2.3, in numbers")]
    [InlineData($"{Head}c=IN IP6 239.1.2.3\r\n", "its line 4 (c=IN IP6 239.1.2.3) is no address")]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP 96\r\n", "its line 5 names the payload type 96, which no line a=rtpmap:96 explains")]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP 96\r\na=rtpmap:96\r\n", "its line 6 (a=rtpmap:96) is not of the form a=rtpmap:96 H264/90000")]
    [InlineData($"{Head}{Group}m=video 0 RTP/AVP 96\r\n{Type}", "its line 5 has the port 0, so that a server is asked for the stream")]
    [InlineData($"{Head}{Group}m=video 65536 RTP/AVP 96\r\n{Type}", "its line 5 (m=video 65536 RTP/AVP 96) names no port from 1 to 65535")]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP\r\n", "its line 5 (m=video 5004 RTP/AVP) is not of the form m=video PORT RTP/AVP TYPE")]
    [InlineData($"{Head}{Group}m=video 5004 TCP 96\r\n", "is of no kind of RTP")]
    [InlineData($"{Head}{Group}m=video 5004 RTP/AVP 128\r\n", "names 128, which is no payload type from 0 to 127")]
    [InlineData($"{Head}{Group}a=source-filter: incl IN IP4 239.1.2.3 leak.example\r\n", "its line 5 (a=source-filter: incl")]
    [InlineData($"{Head}crypto\r\n", "its line 4 is no line of the form LETTER=VALUE")]
    [InlineData($"{Head}i=\u0007\r\n", "its line 4 holds what is no text")]
    public void What_is_wrong_is_named_with_its_line(string text, string reason)
    {
        var error = Assert.Throws<MediaException>(() => SessionFile.Parse("camera.sdp", Encoding.UTF8.GetBytes(text)));

        Assert.StartsWith("camera.sdp is no session description that can be played: ", error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Equal((MediaFault.SourceUnreadable, Recovery.None), (error.Fault, error.Recovery));
    }

    [Fact]
    public void A_path_is_told_by_its_ending_and_refused_before_anything_is_started()
    {
        File.WriteAllText(_folder.File("camera.SDP"), $"{Head}{Group}m=audio 5004 RTP/AVP 0\r\n");
        File.WriteAllBytes(_folder.File("large.sdp"), [.. "v=0\n"u8, .. new byte[65536]]);

        Assert.Contains("it has no video, only audio", Refused(_folder.File("camera.SDP")));
        File.WriteAllText(_folder.File("empty.sdp"), "");
        Assert.Contains("it does not begin with v=0", Refused(_folder.File("empty.sdp")));
        Assert.Contains("it has more than 64 KiB", Refused(_folder.File("large.sdp")));
        Assert.Contains("nowhere.sdp does not exist", Refused($"sdp:{_folder.File("nowhere.sdp")}"));
        Assert.Contains("cannot be read", Refused($"sdp:{_folder.Path}"));
    }

    static string Refused(string source) =>
        Assert.Throws<MediaException>(() => SourceUri.Parse(source).Open(new() { Capture = CaptureBackend.Ffmpeg })).Message;
}
