namespace FastCam.Tests.Faults;

/// <summary>HLS that was recorded.</summary>
public sealed class HlsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("ts")]
    [InlineData("fmp4")]
    public void A_complete_HLS_stream_is_played_to_its_end(string segments)
    {
        FFmpeg.Run(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p",
            "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", segments == "ts" ? "mpegts" : "fmp4", _folder.File("video.m3u8")]);
        File.WriteAllText(_folder.File("master.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nvideo.m3u8\n");
        using var server = new MjpegServer(folder: _folder.Path);
        using var run = LiveRun.Start(server.Url("master.m3u8"), "--delivery", "every-frame");
        run.WaitFor("running");
        Assert.Equal(0, run.Exit());
        Assert.Contains("\"captured\":150", run.Everything);
        Assert.Equal("ended", run.States[^1].State);
    }
}
