using FastCam.Tests.Video;
using FastCam.Video;
using FastCam.Video.Capture;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>HLS that was recorded: every frame once and in order, whatever is spliced in between.</summary>
public sealed class HlsTests : IDisposable
{
    const int SegmentFrames = 30; // a second
    const int Unreadable = -1; // a frame that is corrupt, or scaled

    static readonly FrameFormat Small = new(320, 180), Large = new(640, 360);

    readonly TemporaryFolder _folder = new(), _advert = new();
    readonly HlsServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
        _advert.Dispose();
    }

    [Theory]
    [InlineData("ts")]
    [InlineData("fmp4")]
    public void A_complete_HLS_stream_is_played_to_its_end(string segments)
    {
        FFmpeg.Run(["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p",
            "-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", segments == "ts" ? "mpegts" : "fmp4", _folder.File("video.m3u8")]);
        File.WriteAllText(_folder.File("master.m3u8"), "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nvideo.m3u8\n");
        using var server = new MjpegServer(folder: _folder.Path);
        using var run = LiveRun.Start(server.Url("master.m3u8"), "--delivery", "every-frame");
        run.WaitFor("running");
        Assert.Equal(0, run.Exit());
        Assert.Contains("\"captured\":100", run.Everything);
        Assert.Equal("ended", run.States[^1].State);
    }

    [Theory]
    [InlineData(CaptureBackend.Ffmpeg, "mpegts", true)]
    [InlineData(CaptureBackend.Ffmpeg, "mpegts", false)]
    [InlineData(CaptureBackend.Ffmpeg, "fmp4", true)]
    [InlineData(CaptureBackend.Gstreamer, "mpegts", true)]
    public void An_advert_of_another_size_is_played_in_its_place(CaptureBackend backend, string segments, bool isSaid)
    {
        if (backend == CaptureBackend.Gstreamer)
            Faults.RequireGStreamer();
        var tag = isSaid ? "#EXT-X-DISCONTINUITY\n" : "";
        var (film, advert) = (Segments(_folder, "film", segments, Small, 3), Segments(_advert, "advert", segments, Large, 1));
        Put($"{film.Map}{film.Names[0]}{tag}{advert.Map}{advert.Names[0]}{tag}{film.Map}{film.Names[1]}{film.Names[2]}");
        var seen = Play(backend);
        Assert.Equal(
            [.. Numbers(Small, 0, SegmentFrames), .. Numbers(Large, 0, SegmentFrames), .. Numbers(Small, SegmentFrames, 2 * SegmentFrames)],
            seen.Select(frame => (frame.Format, frame.Number)));
        AssertEven(seen);
    }

    [Fact]
    public void A_size_that_changes_within_a_segment_costs_no_frame()
    {
        Segments(_folder, "film", "mpegts", Small, 1);
        Segments(_advert, "advert", "mpegts", Large, 1);
        File.WriteAllLines(_folder.File("list"), [$"file '{_folder.File("film0.ts")}'", $"file '{_advert.File("advert0.ts")}'"]);
        FFmpeg.Run("-f", "concat", "-safe", "0", "-i", _folder.File("list"), "-c", "copy", _folder.File("both.ts"));
        _server.PutAll(_folder.Path);
        Put("#EXTINF:2,\nboth.ts\n");
        var seen = Play(CaptureBackend.Ffmpeg);
        Assert.Equal(Numbers(Small, 0, SegmentFrames), seen.Take(SegmentFrames).Select(frame => (frame.Format, frame.Number)));
        Assert.Equal(Enumerable.Repeat((Small, Unreadable), SegmentFrames), seen.Skip(SegmentFrames).Select(frame => (frame.Format, frame.Number)));
        AssertEven(seen);
    }

    [Fact]
    public void A_stream_whose_times_begin_again_goes_on()
    {
        var film = Segments(_folder, "film", "mpegts", Small, 2);
        Put($"{film.Names[0]}{film.Names[1]}#EXT-X-DISCONTINUITY\n{film.Names[0]}");
        var seen = Play(CaptureBackend.Ffmpeg);
        Assert.Equal([.. Numbers(Small, 0, 2 * SegmentFrames), .. Numbers(Small, 0, SegmentFrames)], seen.Select(frame => (frame.Format, frame.Number)));
        AssertEven(seen);
    }

    [Theory]
    [InlineData("mpegts", "-hls_flags", "single_file")]
    [InlineData("fmp4", "-hls_flags", "single_file")]
    [InlineData("mpegts", "-hls_key_info_file", "KEY")]
    public void Every_frame_of_ranges_and_of_encrypted_segments_is_played_once(string segments, string option, string value)
    {
        File.WriteAllBytes(_folder.File("key"), [.. Enumerable.Range(0, 16).Select(i => (byte)i)]);
        File.WriteAllLines(_folder.File("key.info"), ["key", _folder.File("key")]);
        Segments(_folder, "clip", segments, Small, 3, option, value == "KEY" ? _folder.File("key.info") : value);
        _server.PutAll(_folder.Path);
        _server.Put("p.m3u8", File.ReadAllBytes(_folder.File("clip.m3u8")));
        Assert.Equal(Numbers(Small, 0, 3 * SegmentFrames), Play(CaptureBackend.Ffmpeg).Select(frame => (frame.Format, frame.Number)));
    }

    [Fact]
    public void What_is_missing_and_an_advert_that_cannot_be_decoded_are_gaps_in_time()
    {
        var film = Segments(_folder, "film", "mpegts", Small, 3);
        _server.Put("noise.ts", [.. Enumerable.Repeat((byte)1, 4000)]);
        Put($"{film.Names[0]}#EXT-X-GAP\n{film.Names[1]}{film.Names[2]}#EXT-X-DISCONTINUITY\n#EXTINF:2,\nnoise.ts\n#EXT-X-DISCONTINUITY\n{film.Names[0]}");
        var seen = Play(CaptureBackend.Ffmpeg);
        Assert.Equal([.. Numbers(Small, 0, 30), .. Numbers(Small, 60, 30), .. Numbers(Small, 0, 30)], seen.Select(frame => (frame.Format, frame.Number)));
        var distances = seen.Skip(1).Zip(seen, (next, last) => (next.Time - last.Time).TotalSeconds).ToList();
        Assert.Equal((1 + 1 / 30.0, 2 + 1 / 30.0), (distances[29], distances[59]), new Near());
        Assert.All(distances.Where((_, i) => i is not 29 and not 59), distance => Assert.InRange(distance, 0.033, 0.034));
        Assert.Equal([null, "the server marks segments as missing", null], seen.Take(60).Select(frame => frame.Reason).Distinct().Append(null));
        Assert.Contains("is no video", seen[60].Reason);
    }

    [Fact]
    public void An_advert_and_a_missing_segment_neither_stall_a_stream_nor_open_it_anew()
    {
        var (film, advert) = (Segments(_folder, "film", "mpegts", Small, 3), Segments(_advert, "advert", "mpegts", Large, 1));
        Put($"{film.Names[0]}#EXT-X-DISCONTINUITY\n{advert.Names[0]}#EXT-X-DISCONTINUITY\n#EXTINF:2.4,\ngone.ts\n{film.Names[1]}");
        using var run = LiveRun.Start(_server.Url("p.m3u8"), "--delivery", "every-frame", "--stall-after", "4"); // it would be said after two
        Assert.Equal(0, run.Exit());
        Assert.Contains($"\"captured\":{3 * SegmentFrames},", run.Everything);
        Assert.Contains("\"upstream\":72,\"balanced\":true", run.Everything); // 2.4 s of 30 frames a second
        Assert.Equal(["running", "running", "ended"], run.States.Select(said => said.State)); // it waits for longer than a stall may last
        Assert.Contains("answers 404", run.States[1].Reason);
        Assert.Contains("\"restarts\":0", run.Everything);
    }

    [Fact]
    public void Sound_without_video_is_named_at_once()
    {
        FFmpeg.Run("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "aac", "-f", "mpegts", _folder.File("sound.ts"));
        _server.PutAll(_folder.Path);
        Put("#EXTINF:1,\nsound.ts\n");
        Assert.Contains("has no video in it", Assert.Throws<MediaException>(() => Play(CaptureBackend.Ffmpeg)).Message);
    }

    List<(FrameFormat Format, int Number, TimeSpan Time, string? Reason)> Play(CaptureBackend backend)
    {
        var seen = new List<(FrameFormat, int, TimeSpan, string?)>();
        Limited.Run(() =>
        {
            var capture = ChildCapture.Create(new() { Capture = backend });
            using var source = new HlsSource(_server.Open("p.m3u8"), capture.Media("hls", keepsSize: true));
            while (source.WaitNext(out var header))
            {
                Assert.Equal(seen.Count, header.Sequence);
                using var pool = new FramePool(header.Format, 1);
                var frame = pool.Rent()!;
                Assert.True(source.Read(frame));
                var isReadable = BarCode.TryRead(header.Format, frame.Pixels[..header.Format.LumaByteCount], out var number);
                seen.Add((header.Format, isReadable ? number : Unreadable, header.PresentationTime, source.Status.Reason));
                frame.Release();
            }
        });
        return seen;
    }

    void Put(string segments) => _server.Put("p.m3u8", $"#EXTM3U\n#EXT-X-TARGETDURATION:1\n{segments}#EXT-X-ENDLIST\n");

    (string Map, string[] Names) Segments(TemporaryFolder folder, string name, string type, FrameFormat format, int count, params string[] more)
    {
        NumberedClip.Create(folder, "m3u8", format, count * SegmentFrames, [
            "-preset", "ultrafast", "-bf", "2", "-g", $"{SegmentFrames}", "-sc_threshold", "0", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
            "-hls_segment_type", type, "-hls_fmp4_init_filename", $"{name}.mp4", .. more,
            .. more.Length == 0 ? ["-hls_segment_filename", folder.File($"{name}%d.{(type == "fmp4" ? "m4s" : "ts")}")] : Array.Empty<string>(),
        ]);
        _server.PutAll(folder.Path);
        var ending = type == "fmp4" ? "m4s" : "ts";
        return (type == "fmp4" ? $"#EXT-X-MAP:URI=\"{name}.mp4\"\n" : "", [.. Enumerable.Range(0, count).Select(i => $"#EXTINF:1,\n{name}{i}.{ending}\n")]);
    }

    static IEnumerable<(FrameFormat, int)> Numbers(FrameFormat format, int first, int count) => Enumerable.Range(first, count).Select(i => (format, i));

    static void AssertEven(List<(FrameFormat Format, int Number, TimeSpan Time, string? Reason)> seen) =>
        Assert.All(seen.Skip(1).Zip(seen), pair => Assert.InRange((pair.First.Time - pair.Second.Time).TotalSeconds, 0.033, 0.034));

    sealed class Near : IEqualityComparer<(double, double)>
    {
        public bool Equals((double, double) x, (double, double) y) => Math.Abs(x.Item1 - y.Item1) < 1e-3 && Math.Abs(x.Item2 - y.Item2) < 1e-3;

        public int GetHashCode((double, double) pair) => 0;
    }
}
