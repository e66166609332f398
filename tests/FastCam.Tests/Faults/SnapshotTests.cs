using System.Diagnostics;
using FastCam.Tests.Video;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>One JPEG at an address, fetched again and again.</summary>
public sealed class SnapshotTests
{
    static readonly byte[][] Images = [.. Enumerable.Range(0, 40).Select(HttpPeer.Jpeg)];

    [Theory]
    [InlineData("snapshot.jpg?channel=1", "/snapshot.jpg?channel=1", 1000)]
    [InlineData("snapshot.jpg?every=200ms", "/snapshot.jpg", 200)]
    [InlineData("snapshot.jpg?a=1&every=0.3&b=2", "/snapshot.jpg?a=1&b=2", 300)]
    public void Each_period_gives_a_frame_and_the_option_stays_with_us(string path, string asked, int period)
    {
        var next = 0;
        using var server = new HttpPeer((_, stream) => Send(stream, Images[next++]));
        using var source = Open(server, path);
        var clock = Stopwatch.StartNew();

        var frames = source.ReadAll(4);

        Assert.Equal([0, 1, 2, 3], frames.Select(frame => frame.Number!.Value));
        Assert.InRange(clock.ElapsedMilliseconds, 3 * period, 3 * period + 1500);
        Assert.All(server.Asked, request => Assert.Equal(asked, request.Path));
        Assert.Equal(0, source.Upstream);
    }

    /// <summary>Cameras leave out the length, the type, or the quotes around a tag, and add something behind the image.</summary>
    [Theory]
    [InlineData(false, "image/jpeg")]
    [InlineData(true, "application/octet-stream")]
    [InlineData(false, null)]
    public void An_image_is_known_however_it_is_stated(bool hasLength, string? type)
    {
        using var server = new HttpPeer((_, stream) =>
        {
            string[] stated = type is null ? [] : [$"Content-Type: {type}"];
            string[] length = hasLength ? [$"Content-Length: {Images[5].Length + 3}"] : [];
            HttpPeer.Head(stream, ["HTTP/1.0 200 OK", .. stated, .. length]);
            stream.Write([.. Images[5], 0, 0, 0]);
        });
        using var source = Open(server, "?every=50ms");

        Assert.Equal([5, 5, 5], source.ReadAll(3).Select(frame => frame.Number!.Value));
    }

    [Theory]
    [InlineData("\"v#\"")]
    [InlineData("v#")]
    public void An_image_that_is_the_same_is_neither_a_frame_nor_a_loss(string tag)
    {
        // The image changes with each request, but for fifty in the middle: longer than a stall may last.
        const int Same = 50, SameFrom = 16;
        var requests = 0;
        using var server = new HttpPeer((asked, stream) =>
        {
            var version = requests < SameFrom + Same ? Math.Min(requests, SameFrom) : requests - Same;
            requests++;
            var stated = tag.Replace("#", $"{version}");
            if (asked.Headers.GetValueOrDefault("if-none-match") == stated)
                HttpPeer.Head(stream, "HTTP/1.1 304 Not Modified", $"ETag: {stated}", "Connection: close");
            else
                Send(stream, Images[version], $"ETag: {stated}", "Last-Modified: Mon, 30 Nov 2026 10:00:00 GMT");
        });
        using var source = Open(server, "?every=50ms", new() { StallAfter = TimeSpan.FromSeconds(2) });
        var states = new List<SourceState>();
        source.StatusChanged += status => states.Add(status.State);

        var frames = source.ReadAll(Images.Length);

        Assert.Equal(Enumerable.Range(0, Images.Length), frames.Select(frame => frame.Number!.Value));
        Assert.Equal([SourceState.Running], states);
        Assert.Equal((0, 0), (source.Status.Restarts, source.Upstream));
        Assert.Equal(Images.Length + Same, server.Asked.Count);
        Assert.All(server.Asked.Skip(1), asked => Assert.Equal("Mon, 30 Nov 2026 10:00:00 GMT", asked.Headers["if-modified-since"]));
    }

    [Fact]
    public void A_long_period_is_no_stall_and_a_server_that_hangs_is_one()
    {
        var requests = 0;
        using var server = new HttpPeer((_, stream) =>
        {
            if (++requests == 3)
                Thread.Sleep(10_000);
            else
                Send(stream, Images[requests]);
        });
        using var source = Open(server, "?every=2500ms", new() { StallAfter = TimeSpan.FromSeconds(2) });
        var states = new List<SourceState>();
        source.StatusChanged += status => states.Add(status.State);

        var frames = source.ReadAll(3);

        Assert.Equal([1, 2, 4], frames.Select(frame => frame.Number!.Value));
        Assert.Equal([SourceState.Running, SourceState.Stalled, SourceState.Reconnecting, SourceState.Running], states);
        Assert.Equal(1, source.Status.Restarts);
    }

    [Theory]
    [InlineData("503 Busy", "answers 503")]
    [InlineData("200 OK", "sends no whole JPEG this time")]
    public void An_answer_without_an_image_is_named_and_asked_for_again(string status, string part)
    {
        var requests = 0;
        using var server = new HttpPeer((_, stream) =>
        {
            if (++requests == 2)
                HttpPeer.Text(stream, $"HTTP/1.0 {status}\r\nContent-Type: text/html\r\n\r\n<html>later</html>");
            else
                Send(stream, Images[requests]);
        });
        using var source = Open(server, "?every=100ms");
        var reasons = new List<string?>();
        source.StatusChanged += status => reasons.Add(status.Reason);

        Assert.Equal([1, 3], source.ReadAll(2).Select(frame => frame.Number!.Value));
        Assert.Contains(reasons, reason => reason?.Contains(part) == true);
    }

    [Fact]
    public void An_image_that_changes_its_size_is_followed_without_a_new_connection()
    {
        byte[][] sizes = [Images[0], SmallJpeg, Images[1]];
        var requests = 0;
        using var server = new HttpPeer((_, stream) => Send(stream, sizes[requests++ % 3]));
        using var source = Open(server, "?every=50ms");

        Assert.Equal([320, 160, 320], source.ReadAll(3).Select(frame => frame.Format.Width));
        Assert.Equal(0, source.Status.Restarts);
    }

    /// <summary>The option is the server's own where it does not answer with an image.</summary>
    [Fact]
    public void A_server_with_such_an_option_of_its_own_gets_it()
    {
        using var server = new HttpPeer((_, stream) =>
        {
            HttpPeer.Head(stream, "HTTP/1.0 200 OK", "Content-Type: multipart/x-mixed-replace; boundary=x");
            foreach (var image in Images)
            {
                HttpPeer.Text(stream, "--x\r\n\r\n");
                stream.Write(image);
                Thread.Sleep(30);
            }
        });
        using var source = Open(server, "stream?every=2&size=1");

        Assert.Equal([0, 1, 2], source.ReadAll(3).Select(frame => frame.Number!.Value));
        Assert.Equal(["/stream?size=1", "/stream?every=2&size=1"], server.Asked.Select(asked => asked.Path));
    }

    [Fact]
    public async Task It_ends_at_once_in_the_middle_of_a_period()
    {
        using var server = new HttpPeer((_, stream) => Send(stream, Images[0]));
        using var source = Open(server, "?every=1m");
        Assert.Single(source.ReadAll(1));
        var end = Task.Run(() => source.WaitNext(out _));
        await Task.Delay(300);
        Assert.False(end.IsCompleted);

        source.Stop();

        Assert.False(await end.WaitAsync(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Login_and_ledger_are_as_for_other_sources()
    {
        using var folder = new TemporaryFolder();
        using var server = new MjpegServer(login: "viewer:pa55word");
        File.WriteAllText(folder.File("login"), "viewer:pa55word");
        using (var run = LiveRun.Start(server.Url("snapshot?every=100ms"), "--login", folder.File("login")))
        {
            run.WaitFor("running");
            server.Kill();
            run.WaitFor("reconnecting");
            server.Start();
            run.WaitFor("running");
            Assert.True(run.Stop().GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 1);
            Assert.DoesNotContain("pa55", run.Everything);
        }

        using (var run = LiveRun.Start(server.Url("snapshot?every=100ms")))
        {
            Assert.Equal(11, run.Exit());
            Assert.Contains("wants a user and a password", run.Everything);
        }
    }

    static byte[] SmallJpeg
    {
        get
        {
            var format = new FrameFormat(160, 90);
            using var encoder = new JpegEncoder();
            var jpeg = new byte[JpegEncoder.MaximumByteCount(format)];
            return jpeg[..encoder.Encode(format, new byte[format.ByteCount], 90, jpeg)];
        }
    }

    static FrameSource Open(HttpPeer server, string path, Supervision? supervision = null) =>
        SourceUri.Parse(server.Url(path)).Open(new() { Supervision = supervision ?? new() { RetryFor = TimeSpan.FromSeconds(20) } });

    static void Send(Stream stream, byte[] image, params string[] more)
    {
        HttpPeer.Head(stream, ["HTTP/1.1 200 OK", "Content-Type: image/jpeg", $"Content-Length: {image.Length}", "Connection: close", .. more]);
        stream.Write(image);
    }
}
