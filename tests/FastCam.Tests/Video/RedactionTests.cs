using FastCam.Video;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("rtsp://viewer:s3cret@127.0.0.1:554/x", "rtsp://***@127.0.0.1:554/x")]
    [InlineData("rtsp://viewer:p@s3/cret@127.0.0.1/x", "rtsp://***@127.0.0.1/x")]
    [InlineData("Unrecognized command or argument 'rtsp://viewer:s3cret@127.0.0.1:554/x'.", "Unrecognized command or argument 'rtsp://***@127.0.0.1:554/x'.")]
    [InlineData("'rtsp:/viewer:s3cret@127.0.0.1/x' is not understood", "'rtsp:/***@127.0.0.1/x' is not understood")]
    [InlineData("'viewer:s3cret@127.0.0.1/x' is not understood", "'***@127.0.0.1/x' is not understood")]
    [InlineData("http:viewer:s3cret@127.0.0.1/x", "http:***@127.0.0.1/x")]
    [InlineData("rtsp//viewer:s3cret@127.0.0.1/x does not exist.", "rtsp//***@127.0.0.1/x does not exist.")]
    [InlineData(" rtsp://viewer:s3cret@127.0.0.1/x", " rtsp://***@127.0.0.1/x")]
    [InlineData("http://camera/video?password=s3cret", "http://camera/video?password=***")]
    [InlineData("rtsp://viewer:s3?secret=cret@127.0.0.1/x", "rtsp://***@***/x")]
    [InlineData("http://camera/video?password=s3@cret", "http://***@***")]
    [InlineData("srt://viewer:s3cret@camera:9000", "srt://***@camera:9000")]
    [InlineData("'srt://camera:9000?passphrase=s3_cret/x&mode=x' is", "'srt://camera:9000?passphrase=***&mode=x' is")]
    [InlineData("'srt://camera:9000?streamid=s3cret' is", "'srt://camera:9000?streamid=***' is")]
    [InlineData("'rtmp://camera/live/s3cret/x?user=s3cret' is", "'rtmp://camera/live/***' is")]
    [InlineData("Nothing answers at rtmp://camera/live/s3cret: the name camera", "Nothing answers at rtmp://camera/live/***: the name camera")]
    [InlineData("'rtmp:/camera:1935/live/s3cret' is", "'rtmp:/camera:1935/live/***' is")]
    public void Credentials_are_taken_out_however_they_are_mistyped(string said, string shown) => Assert.Equal(shown, Redaction.OfUserText(said));

    [Theory]
    [InlineData("rtsp://joe:se cret@h:99999/x")]
    [InlineData("rtsp://joe:se cret@h/x y@z")]
    [InlineData("rtmps://joe:se cret@h:99999/live/key")]
    public void A_password_with_a_space_is_hidden_whole(string address)
    {
        var error = Assert.Throws<MediaException>(() => SourceUri.Parse(address));
        Assert.DoesNotContain("cret", error.Message);
        Assert.DoesNotContain("joe", error.Message);
    }

    [Theory]
    [InlineData("'test:640x360@30?frames=x' is not understood")]
    [InlineData("The output out@2x.png exists; give --force to overwrite.")]
    [InlineData("give rtsp://HOST/PATH, rtmp://HOST/APPLICATION/KEY, srt://HOST:PORT")]
    [InlineData("'rtmp://:1935/live' is not understood")]
    [InlineData("There is no execution provider magic; choose one of auto, cuda.")]
    [InlineData("http://127.0.0.1:8080 is in use: give web://127.0.0.1:8081.")]
    public void What_holds_none_stays_as_it_is(string said) => Assert.Equal(said, Redaction.OfUserText(said));

    [Theory]
    [InlineData("gap\u001b[2J\u0007.png", "gap?[2J?.png")]
    [InlineData("two\nlines", "two?lines")]
    [InlineData("two\u2028lines, \u202egnp.exe, un\u200bseen, \u009b1m", "two?lines, ?gnp.exe, un?seen, ?1m")]
    [InlineData("\u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645.png", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0646\u0645.png")]
    [InlineData("Größe 3×2.png", "Größe 3×2.png")]
    public void What_would_steer_a_terminal_is_taken_out(string said, string shown) => Assert.Equal(shown, Redaction.ToPrintable(said));

    [Theory]
    [InlineData("run", "rtsp://viewer:s3cret@127.0.0.1:9/x")]
    [InlineData("explain", "-o", "maps", "rtsp://viewer:s3cret@127.0.0.1:9/x")]
    [InlineData("run", "--source", "rtsp:/viewer:s3cret@127.0.0.1:9/x")]
    [InlineData("run", "--source", "rtsp//viewer:s3cret@127.0.0.1:9/x")]
    [InlineData("run", "--source", "rtmp://camera:x/live/s3cret")]
    [InlineData("run", "--source", "srt://camera:9000?passphrase=s3cret_s3cret&mode=x")]
    [InlineData("run", "--source", "viewer:s3cret@127.0.0.1:9/x")]
    [InlineData("run", "--source", "rtsp://viewer:p@s3cret/word@127.0.0.1:9/x", "--retry-for", "1")]
    public void A_slip_of_the_hand_shows_no_password(params string[] arguments)
    {
        var result = Cli.Cli.Run(arguments);

        Assert.NotEqual(0, result.ExitCode);
        Assert.DoesNotContain("s3cret", result.Error + result.Output);
        Assert.Single(result.Error.Trim().Split('\n'));
    }
}
