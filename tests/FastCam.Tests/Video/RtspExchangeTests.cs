using System.Text;
using FastCam.Video;
using FastCam.Video.Network.Rtsp;

namespace FastCam.Tests.Video;

/// <summary>Requests, and the answers that belong to them, whatever a server calls them.</summary>
public sealed class RtspExchangeTests
{
    readonly RtspExchange _exchange = new(new("rtsp", "cam", 554, "/s", new("u", "p")));

    [Theory]
    [InlineData("")]
    [InlineData("CSeq: 0\r\n")]
    [InlineData("CSeq: -1\r\n")]
    [InlineData("CSeq: none\r\n")]
    [InlineData("CSeq: 0001\r\n")]
    [InlineData("CSeq: 1\r\n")]
    public void An_answer_belongs_to_the_request_that_waits_longest_where_its_number_says_nothing(string number)
    {
        Ask("OPTIONS", 71);
        Ask("DESCRIBE", 72);
        var first = _exchange.Response(Message($"RTSP/1.0 200 OK\r\n{number}\r\n"), out var again);
        var second = _exchange.Response(Message($"RTSP/1.0 200 OK\r\n{number}\r\n"), out _);
        Assert.Empty(again);
        Assert.Equal(("71", "72"), (first?["CSeq"], second?["CSeq"]));
        Assert.Null(_exchange.Response(Message($"RTSP/1.0 200 OK\r\n{number}\r\n"), out _)); // nobody asked
    }

    [Fact]
    public void A_number_that_is_right_counts()
    {
        Ask("GET_PARAMETER", 7);
        Ask("PLAY", 8);
        Assert.Equal("8", _exchange.Response(Message("RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n"), out _)?["CSeq"]);
        Assert.Equal("7", _exchange.Response(Message("RTSP/1.0 100 Continue\r\nCSeq: 1\r\n\r\n"), out _)?["CSeq"]);
        Assert.Equal("7", _exchange.Response(Message("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n"), out _)?["CSeq"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CSeq: 0\r\n")]
    public void A_challenge_without_the_right_number_is_answered(string number)
    {
        Ask("DESCRIBE", 3);
        Assert.Null(_exchange.Response(Message($"RTSP/1.0 401 No\r\n{number}WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\n"), out var again));
        Assert.Matches("DESCRIBE rtsp://cam/s RTSP/1.0\r\nCSeq: 2\r\nAuthorization: Digest", Encoding.Latin1.GetString(again));
        Assert.Equal("3", _exchange.Response(Message($"RTSP/1.0 200 OK\r\n{number}\r\n"), out _)?["CSeq"]);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void A_redirect_is_kept_from_the_client(int status)
    {
        Ask("DESCRIBE", 5);
        Assert.Null(_exchange.Response(Message($"RTSP/1.0 {status} Moved\r\nCSeq: 1\r\nLocation: rtsp://other/t\r\n\r\n"), out var again));
        Assert.Empty(again);
        Assert.Equal(("DESCRIBE", "5", "rtsp://other/t"), (_exchange.Move!.Request.Method, _exchange.Move.ClientNumber, _exchange.Move.Location));
        var next = Encoding.Latin1.GetString(new RtspExchange(new("rtsp", "other", 554, "/t")).Request(_exchange.Move));
        Assert.StartsWith("DESCRIBE rtsp://other/t RTSP/1.0\r\n", next);
    }

    [Theory]
    [InlineData(300)]
    [InlineData(305)]
    [InlineData(302)]
    public void No_client_gets_to_see_where_a_server_leads(int status)
    {
        Ask(status == 302 ? "GET_PARAMETER" : "DESCRIBE", 5);
        var answer = _exchange.Response(Message($"RTSP/1.0 {status} Moved\r\nCSeq: 1\r\nLocation: rtsp://other/t\r\n\r\n"), out _);
        Assert.Equal(("5", null), (answer?["CSeq"], answer?["Location"]));
        Assert.Equal(status != 302, _exchange.Failure is not null);
        Assert.Null(_exchange.Response(Message("REDIRECT rtsp://cam/s RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://other/t\r\n\r\n"), out _)?["Location"]);
    }

    [Theory]
    [InlineData("401 Unauthorized", nameof(Recovery.None))]
    [InlineData("404 Not Found", nameof(Recovery.None))]
    [InlineData("461 Unsupported Transport", nameof(Recovery.None))]
    [InlineData("505 RTSP Version not supported", nameof(Recovery.None))]
    [InlineData("453 Not Enough Bandwidth", nameof(Recovery.BackOff))]
    [InlineData("503 Service Unavailable", nameof(Recovery.BackOff))]
    public void Only_what_can_change_is_tried_again(string status, string recovery)
    {
        Ask("DESCRIBE", 5);
        Assert.NotNull(_exchange.Response(Message($"RTSP/1.0 {status}\r\nCSeq: 1\r\n\r\n"), out _));
        Assert.Equal(recovery, $"{_exchange.Failure?.Recovery}");
    }

    [Theory]
    [InlineData("m=audio 0 RTP/AVP 0\r\na=control:1\r\n", "only audio:")]
    [InlineData("m=audio 0 RTP/AVP 0\nm=application 0 RTP/AVP 107\nm=audio 0 RTP/AVP 8\n", "only audio and application:")]
    [InlineData("m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n", null)]
    [InlineData("s=nothing said\r\n", null)]
    public void A_stream_without_video_is_refused_for_good(string description, string? part)
    {
        Ask("DESCRIBE", 5);
        var answer = Message("RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n");
        answer.Body = Encoding.ASCII.GetBytes($"v=0\r\n{description}");
        if (part is null)
        {
            Assert.NotNull(_exchange.Response(answer, out _));
            return;
        }

        var error = Assert.Throws<MediaException>(() => _exchange.Response(answer, out _));
        Assert.Equal(Recovery.None, error.Recovery);
        Assert.Contains(part, error.Message);
    }

    void Ask(string method, int number) =>
        Assert.Matches(@"^\w+ rtsp://cam/s RTSP/1.0\r\nCSeq: \d+\r\n\r\n$", Encoding.Latin1.GetString(_exchange.Request(
            Message($"{method} rtsp://cam/s RTSP/1.0\r\nCSeq: {number}\r\n\r\n"))));

    static RtspMessage Message(string text) => RtspMessage.Parse(Encoding.Latin1.GetBytes(text))!;
}
