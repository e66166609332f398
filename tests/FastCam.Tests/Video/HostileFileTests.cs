using FastCam.Video;
using FastCam.Video.Capture;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Video;

/// <summary>Files that are not what their names say are refused in one sentence, and nothing that they name is opened.</summary>
public sealed class HostileFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public HostileFileTests() =>
        MediaTools.FFmpeg(
            "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30:d=1", "-c:v", "libx264", "-preset", "ultrafast",
            "-f", "mpegts", _folder.File("secret.ts"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_that_the_playlists_name_can_be_read()
    {
        using var source = FFmpegSource.OpenVideo(_folder.File("secret.ts"));
        Assert.Equal(30, source.ReadAll().Count);
    }

    [Theory]
    [InlineData("ffconcat version 1.0\nfile secret.ts\n")]
    [InlineData("ffconcat version 1.0\nfile 'file:secret.ts'\n")]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-VERSION:3\n#EXTINF:1.0,\nsecret.ts\n#EXT-X-ENDLIST\n")]
    [InlineData("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")]
    [InlineData("<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period><AdaptationSet><Representation>"
        + "<BaseURL>secret.ts</BaseURL></Representation></AdaptationSet></Period></MPD>")]
    public void A_playlist_renamed_to_a_video_opens_nothing(string text)
    {
        foreach (var name in (string[])["clip.mp4", "clip.mkv", "clip.ts"])
        {
            File.WriteAllText(_folder.File(name), text);
            AssertUnreadable(MediaFault.SourceUnreadable, name, SourceUri.Parse(_folder.File(name)));
        }
    }

    [Theory]
    [InlineData("ffconcat version 1.0\nfile secret.ts\n")]
    [InlineData("#EXTM3U\n#EXTINF:1.0,\nsecret.ts\n")]
    [InlineData("")]
    [InlineData("no image")]
    public void A_text_renamed_to_an_image_opens_nothing(string text)
    {
        File.WriteAllText(_folder.File("photo.jpg"), text);
        AssertUnreadable(MediaFault.SourceUnreadable, "photo.jpg", SourceUri.Parse(_folder.File("photo.jpg")));
    }

    [Fact]
    public void What_is_no_video_is_named_so()
    {
        File.WriteAllText(_folder.File("text.mp4"), "no video");
        File.WriteAllBytes(_folder.File("empty.mp4"), []);
        var noise = new byte[100_000];
        new Random(1).NextBytes(noise);
        File.WriteAllBytes(_folder.File("noise.mp4"), noise);
        MediaTools.FFmpeg("-f", "lavfi", "-i", "sine=d=1", _folder.File("sound.mp4"));
        foreach (var name in (string[])["text.mp4", "empty.mp4", "noise.mp4", "sound.mp4"])
            AssertUnreadable(MediaFault.SourceUnreadable, name, new PathSourceUri(_folder.File(name)));
    }

    [Fact]
    public void An_mp4_without_its_index_is_named_so()
    {
        MediaTools.FFmpeg("-i", _folder.File("secret.ts"), "-c", "copy", _folder.File("whole.mp4"));
        var bytes = File.ReadAllBytes(_folder.File("whole.mp4"));
        File.WriteAllBytes(_folder.File("cut.mp4"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("cut off", AssertUnreadable(MediaFault.SourceUnreadable, "cut.mp4", new PathSourceUri(_folder.File("cut.mp4"))));
    }

    [Fact]
    public void A_missing_file_is_named_so()
    {
        AssertUnreadable(MediaFault.SourceNotFound, "gone.mp4", SourceUri.Parse(_folder.File("gone.mp4")));
        AssertUnreadable(MediaFault.SourceNotFound, "gone.jpg", SourceUri.Parse(_folder.File("gone.jpg")));
        AssertUnreadable(MediaFault.SourceNotFound, "*.png", SourceUri.Parse(_folder.File("*.png")));
    }

    [Fact]
    public void A_frame_that_is_too_large_is_refused()
    {
        MediaTools.FFmpeg("-f", "lavfi", "-i", "color=s=8196x16:d=0.1", _folder.File("wide.mp4"));
        var error = Assert.Throws<MediaException>(() => Read(new PathSourceUri(_folder.File("wide.mp4"))));
        Assert.Equal(MediaFault.SourceUnreadable, error.Fault);
        Assert.Contains("8196x16", error.Message);
    }

    [Fact]
    public void Names_that_look_like_options_protocols_or_patterns_are_files()
    {
        foreach (var name in (string[])["-i.ts", "a%d.ts", "a*.ts", "http:a.ts", "a b'c\"d$(e);f.ts"])
        {
            File.Copy(_folder.File("secret.ts"), _folder.File(name));
            using var source = SourceUri.Parse("file:" + _folder.File(name)).Open(new());
            Assert.Equal(30, source.ReadAll().Count);
        }
    }

    static string AssertUnreadable(MediaFault fault, string name, SourceUri uri)
    {
        var error = Assert.Throws<MediaException>(() => Read(uri));
        Assert.Equal(fault, error.Fault);
        Assert.Contains(name, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("@ 0x", error.Message);
        return error.Message;
    }

    static void Read(SourceUri uri) => Limited.Run(() =>
    {
        using var source = uri.Open(new());
        Assert.False(source.WaitNext(out _), "a frame came out of it");
    });
}
