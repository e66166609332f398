using System.Globalization;
using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Faults;

/// <summary>MJPEG servers that misstate type, boundary or part headers: the body decides.</summary>
public sealed class MisstatedStreamTests
{
    const int Frames = 8;

    static readonly byte[][] Images = [.. Enumerable.Range(0, Frames).Select(HttpPeer.Jpeg)];

    /// <summary>The stated type, what stands before each image (# is its length), and what stands behind it.</summary>
    static readonly (string? Type, string Before, string Behind)[] Dialects =
    [
        ("multipart/x-mixed-replace; boundary=frame", "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: #\r\n\r\n", "\r\n"),
        ("multipart/x-mixed-replace;boundary=frame", "Content-Type: image/jpeg\r\nContent-Length: #\r\n\r\n", "\r\n--frame\r\n"),
        ("multipart/x-mixed-replace; boundary=foo", "--bar\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n"),
        ("multipart/x-mixed-replace; boundary=--video boundary--", "--video boundary--\r\nContent-Type: image/jpeg\r\n\r\n", "\r\n"),
        ("multipart/x-mixed-replace", "--x\ncontent-type:application/octet-stream\ncontent-length:7\n\n", "\n"),
        ("multipart/x-mixed-replace; boundary=x", "--x\r\nContent-Type: audio/basic\r\nContent-Length: 4\r\n\r\n\u00ff\u00d8\u007f\u007f\r\n--x\r\n\r\n", ""),
        (null, "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: #\r\n\r\n", "\r\n"),
        (null, "X-Timestamp: 1.2\r\nContent-Length: #\r\n\r\n", "\r\n--frame\r\n"),
        ("application/octet-stream", "\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n", ""),
        ("text/plain", "--frame\r\n\r\n", "\r\n"),
        ("image/jpeg", "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: #\r\n\r\n", "\r\n"),
        ("video/x-motion-jpeg", "", ""),
        (null, "", "\r\n"),
    ];

    [Fact]
    public void However_it_is_misstated_every_frame_comes() => Faults.WithEachBackend(backend =>
    {
        foreach (var (type, before, behind) in Dialects)
        {
            using var server = new HttpPeer((_, stream) =>
            {
                HttpPeer.Head(stream, ["HTTP/1.0 200 OK", .. type is null ? [] : new[] { $"Content-Type: {type}" }]);
                foreach (var image in Images)
                {
                    HttpPeer.Text(stream, before.Replace("#", image.Length.ToString(CultureInfo.InvariantCulture)));
                    stream.Write(image);
                    HttpPeer.Text(stream, behind);
                    Thread.Sleep(30);
                }

                Thread.Sleep(5000);
            });
            using var source = Open(server, backend);

            // FFmpeg gives a frame when the next one comes.
            var numbers = source.ReadAll(Frames - 1).Select(frame => frame.Number).ToList();

            Assert.True(numbers.SequenceEqual(Enumerable.Range(0, Frames - 1).Cast<int?>()), $"{backend}, {type}, {before}: {string.Join(' ', numbers)}");
        }
    });

    [Fact]
    public void A_film_that_is_stored_as_images_in_a_row_plays_to_its_end()
    {
        byte[] film = [.. Images.SelectMany(image => image)];
        using var server = new HttpPeer((_, stream) => Send(stream, "application/octet-stream", film));
        using var source = Open(server);

        var frames = source.ReadAll();

        Assert.Equal(Enumerable.Range(0, Frames), frames.Select(frame => frame.Number!.Value));
        var length = frames[^1].Header.PresentationTime - frames[0].Header.PresentationTime;
        Assert.InRange(length.TotalMilliseconds, (Frames - 1) * 40 - 2, (Frames - 1) * 40 + 2); // FFmpeg gives such a film 25 frames a second.
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData("application/octet-stream", "<!DOCTYPE html><html></html>", "sends a page in HTML or XML")]
    [InlineData("image/jpeg", "\r\n<html></html>", "sends a page in HTML or XML")]
    [InlineData("application/json", "{\"error\":\"not now\"}", "sends data in JSON")]
    [InlineData("application/octet-stream", "\u0089PNG\r\n\u001a\n and more", "sends an image in PNG")]
    [InlineData("text/plain", "no such camera", "sends text/plain")]
    [InlineData("image/gif", "GIF89a and more", "sends image/gif")]
    [InlineData("video/mp4", "", "sends nothing")]
    [InlineData("multipart/x-mixed-replace; boundary=x", "--x\r\nContent-Type: image/png\r\n\r\n", "in parts of image/png")]
    [InlineData("multipart/x-mixed-replace; boundary=x", "", "ended before it sent anything")]
    [InlineData("image/jpeg", "\u00ff\u00d8\u00ff\u00e0\u0000\u0004", "sends no whole JPEG")]
    public void What_is_no_stream_is_named(string type, string body, string part)
    {
        using var server = new HttpPeer((_, stream) => Send(stream, type, System.Text.Encoding.Latin1.GetBytes(body)));
        using var source = Open(server);

        Limited.Run(() =>
        {
            var error = Assert.Throws<MediaException>(() => source.WaitNext(out _));
            Assert.Contains(part, error.Message);
            Assert.StartsWith(server.Url(""), error.Message);
        });
    }

    [Fact]
    public void A_server_that_says_yes_and_sends_nothing_holds_nobody_up()
    {
        using var server = new HttpPeer((_, stream) =>
        {
            HttpPeer.Head(stream, "HTTP/1.0 200 OK", "Content-Type: video/mp2t");
            Thread.Sleep(20_000);
        });
        using var source = Open(server);
        Limited.Run(() => Assert.Contains("sends nothing within 5 s", Assert.Throws<MediaException>(() => source.WaitNext(out _)).Message), seconds: 10);
    }

    static FrameSource Open(HttpPeer server, string backend = "ffmpeg") => SourceUri.Parse(server.Url("")).Open(new()
    {
        Capture = Enum.Parse<CaptureBackend>(backend, ignoreCase: true),
        Supervision = new() { RetryFor = TimeSpan.Zero },
    });

    static void Send(Stream stream, string type, byte[] body)
    {
        HttpPeer.Head(stream, "HTTP/1.1 200 OK", $"Content-Type: {type}", $"Content-Length: {body.Length}", "Connection: close");
        stream.Write(body);
    }
}
