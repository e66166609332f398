using System.Text.RegularExpressions;
using FastCam.Tests.Video;
using FastCam.Video.Network;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>What shows of cameras and recorders only while they play, or when they end; each after a public report.</summary>
public sealed class ReportedOddityTests
{
    public ReportedOddityTests() => Faults.RequireRtspServer();

    /// <summary>TP-Link Tapo C220: keep-alives are refused, under the number of the request before. Report: scottlamb/retina#136.</summary>
    [Fact]
    public void Keep_alives_that_are_refused_end_nothing()
    {
        var refused = 0;
        Play(server => new(server.Port)
        {
            Head = (_, head) => Hurried(head),
            Answer = request => IsKeepAlive(request) && Interlocked.Increment(ref refused) > 0
                ? $"RTSP/1.0 400 Bad Request\r\nCSeq: {RtspFront.Number(request) - 1}\r\n\r\n" : null,
        });
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
                    var number = $"CSeq: {RtspFront.Number(request)}\r\n";
                    if (!request.Contains("nonce=\"fresh\""))
                        return $"RTSP/1.0 401 Unauthorized\r\n{number}WWW-Authenticate: Digest realm=\"r\", nonce=\"fresh\", stale=true\r\n\r\n";
                    Interlocked.Increment(ref signed);
                    return $"RTSP/1.0 200 OK\r\n{number}\r\n";
                },
            },
            new("user", "pa55word"));
        Assert.True(signed > 0, "no keep-alive was signed anew");
    }

    /// <summary>A Reolink that keeps sending for a session that nobody ended. Report: Motion-Project/motion#1265.</summary>
    [Fact]
    public void A_session_is_ended_by_its_name() => Play(server => new(server.Port), judge: front =>
        Assert.True(SpinWait.SpinUntil(() => front.Requests.Contains("TEARDOWN"), TimeSpan.FromSeconds(5)), string.Join(' ', front.Requests)));

    /// <summary>
    /// H.264+ of Hikvision and Dahua: key frames are minutes apart, and a watchdog that knows frames alone never sees one.
    /// Reports: badbread/crumbvms#114, ZLMediaKit/ZLMediaKit#1665.
    /// </summary>
    [Fact]
    public void A_key_frame_that_is_long_in_coming_is_waited_for() => Faults.WithEachBackend(backend =>
    {
        using var server = new RtspServer();
        using var first = SourceUri.Parse(server.Url("rare")).Open(new() { Capture = CaptureBackend.Ffmpeg });
        var key = first.ReadAll(10)[0].Number!.Value; // the next one is eight seconds behind it
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
        Assert.True(frames[0].Number - key > 7500, $"by {backend} a frame was shown {frames[0].Number - key} ms behind a key frame");
        Assert.Contains(said, status => status.State == SourceState.Starting && status.Reason!.Contains("the next key frame is waited for"));
        first.Stop();
        rest.GetAwaiter().GetResult();
    });

    /// <summary>Plays for four seconds.</summary>
    static void Play(Func<RtspServer, RtspFront> oddity, Login? login = null, Action<RtspFront>? judge = null) => Faults.WithEachBackend(backend =>
    {
        const int Frames = 120;
        using var server = login is null ? new RtspServer() : new RtspServer("--login", $"{login.User}:{login.Password}");
        using var front = oddity(server);
        using (var source = SourceUri.Parse(front.Url("clock")).Open(new()
        {
            Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true),
            Login = login,
            Supervision = new() { RetryFor = TimeSpan.FromSeconds(3) },
        }))
        {
            Assert.Equal(Frames, source.ReadAll(Frames).Count);
            Assert.True(front.Accepted == 1, $"{front.Accepted} connections by {backend}: {source.Status.Reason}");
        }

        judge?.Invoke(front);
    });

    static void Drain(FrameSource source)
    {
        while (source.WaitNext(out _))
            source.Skip();
    }

    // The session is to be kept alive every second or so.
    static string Hurried(string head) => Regex.Replace(head, "(Session: [^;\r]*)[^\r]*", "$1;timeout=2");

    static bool IsKeepAlive(string request) =>
        request.Split(' ')[0] is "OPTIONS" or "GET_PARAMETER" or "SET_PARAMETER" && request.Contains("Session:");
}
