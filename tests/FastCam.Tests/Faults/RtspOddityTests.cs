using System.Buffers.Binary;
using System.Text.RegularExpressions;
using FastCam.Tests.Video;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>RTSP servers that speak as other players accept it, and a stream that has nothing to see.</summary>
public sealed class RtspOddityTests : IDisposable
{
    const string User = "zoë \"v\"", Password = "pä55word\\w";

    readonly TemporaryFolder _folder = new();

    public RtspOddityTests() => Faults.RequireRtspServer();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("line feeds alone")]
    [InlineData("no numbers")]
    [InlineData("the number before")]
    [InlineData("challenges in one header")]
    [InlineData("a folded header")]
    public void What_other_players_accept_is_played(string oddity) =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer("--login", $"{User}:{Password}");
            using var front = new RtspFront(server.Port)
            {
                Head = (_, head) => oddity switch
                {
                    "line feeds alone" => head.Replace("\r\n", "\n"),
                    "no numbers" => Regex.Replace(head, "CSeq: .*\r\n", ""),
                    "the number before" => Regex.Replace(head, @"CSeq: (\d+)", number => $"CSeq: {int.Parse(number.Groups[1].Value) - 1}"),
                    "challenges in one header" => head.Replace(
                        "WWW-Authenticate: Digest", "WWW-Authenticate: Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256, Digest"),
                    _ => Regex.Replace(head, "(WWW-Authenticate: Digest .*?,) *", "$1\r\n\t"),
                },
            };
            using var run = LiveRun.Start(front.Url("test"), "--login", Login(), "--capture", backend);
            run.WaitFor("running");
            Assert.Equal(0, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
        });

    /// <summary>FFmpeg takes such a timestamp for one far ahead and holds all later ones at it; GStreamer hands it on.</summary>
    [Fact]
    public void A_frame_in_twenty_that_is_stamped_hours_off_moves_no_other() =>
        Faults.WithEachBackend(backend =>
        {
            const int Frames = 150, Period = 20;
            var (frame, last) = (0, 0u);
            using var server = new RtspServer();
            using var front = new RtspFront(server.Port)
            {
                Packet = packet =>
                {
                    if (packet[1] % 2 != 0)
                        return packet;
                    var stamp = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8));
                    if (stamp != last)
                        (frame, last) = (frame + 1, stamp);
                    if (frame % Period == Period / 2)
                        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), stamp - 9800u * 90_000);
                    return packet;
                },
            };

            var seen = WatchedSource.See(backend, front.Url("clock"), Frames).Frames;

            // Each frame's number is the moment of its making, in milliseconds.
            var (first, final) = (seen[20], seen[^1]); // a server that starts draws its first frames some time before they are due
            var off = final.Time - first.Time - (final.Number - first.Number);
            Assert.True(Math.Abs(off) < 400, $"by {backend}, {Frames} frames became {off:F0} ms longer");
            Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.Second.Time > pair.First.Time, $"frame {pair.Second.Sequence} by {backend} goes back"));
        });

    /// <summary>The white ball on black is coded in the limited range, from 16 to 235.</summary>
    [Fact]
    public void Black_is_black_and_white_is_white() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer();
            using var source = SourceUri.Parse(server.Url("test")).Open(new() { Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true) });
            var frame = source.ReadAll(5)[^1];
            var luma = frame.Pixels[..frame.Format.LumaByteCount];
            Assert.InRange(luma.Min(), 0, 2);
            Assert.InRange(luma.Max(), 250, 255);
            Assert.All(frame.Pixels[frame.Format.LumaByteCount..], chroma => Assert.InRange(chroma, 124, 132));
        });

    [Fact]
    public void A_login_that_is_not_known_here_is_named()
    {
        using var server = new RtspServer("--login", $"{User}:{Password}");
        using var front = new RtspFront(server.Port) { Head = (_, head) => head.Replace("Digest realm", "Digest algorithm=SHA-512-256, realm") };
        using var run = LiveRun.Start(front.Url("test"), "--login", Login());
        Assert.Equal(11, run.Exit());
        Assert.Contains("a login of a kind that is not known here (Digest with SHA-512-256", run.Everything);
        Assert.DoesNotContain("55word", run.Everything);
    }

    [Fact]
    public void A_stream_without_video_is_said_at_once_to_have_none() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer();
            using var run = LiveRun.Start(server.Url("tone"), "--capture", backend);
            Assert.Equal(11, run.Exit());
            Assert.Contains("has no video, only audio: give the path of a stream with video", run.Everything);
            Assert.Equal(["failed"], run.States.Select(said => said.State));
        });

    [Fact]
    public void What_the_child_says_of_the_relay_is_said_of_the_server()
    {
        using var server = RudeServer.Answers("200 OK"); // and so it describes nothing
        using var run = LiveRun.Start($"rtsp://127.0.0.1:{server.Port}/s?password=pa55");
        var said = run.WaitFor(said => said.State == "reconnecting", "tried again");
        Assert.Contains($"FFmpeg: rtsp://127.0.0.1:{server.Port}/s:", said.Reason);
        Assert.True(SpinWait.SpinUntil(() => server.Accepted >= 4, TimeSpan.FromSeconds(60)), $"tried {server.Accepted} times");
        run.Stop();
        Assert.Equal([said.Reason], run.States.Select(each => each.Reason).Where(reason => reason is not null).Distinct());
        Assert.DoesNotContain("pa55", run.Everything);
    }

    string Login()
    {
        File.WriteAllText(_folder.File("login"), $"{User}:{Password}\n");
        return _folder.File("login");
    }
}
