using System.Diagnostics;
using System.Text.Json;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Video.Frames;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Tests.Cli;

/// <summary>Tests <c>fastcam run</c>, whose output other tools read and judge.</summary>
public sealed class RunTests : IDisposable
{
    static readonly string[] Endless = ["--source", "test:640x360@30?frames=9000"];

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_frame_of_the_test_pattern_is_in_the_file_once_and_in_order()
    {
        var output = _folder.File("out.mp4");

        var result = Cli.RunInside("run", "--source", "test:640x360@30?frames=300", "--sink", $"file:{output}", "--json").Succeeded();

        AssertLedger(result, captured: 300, delivered: 300);
        Assert.Equal(300, FFmpeg.CountFrames(output));
        Assert.Equal(Enumerable.Range(0, 300), BarCodes(output, new FrameFormat(640, 360)));
    }

    [Fact]
    public void A_clip_of_variable_frame_rate_keeps_its_frames_and_their_times()
    {
        var clip = _folder.File("variable.mp4");
        FFmpeg.Run(
            "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=60:duration=6", "-vf", "select='lt(mod(n\\,17)\\,5)+not(mod(n\\,7))'",
            "-fps_mode", "vfr", "-enc_time_base", "1:90000", "-c:v", "libx264", clip);
        var times = FFmpeg.Times(clip);
        Assert.True(times.Zip(times.Skip(1), (a, b) => Math.Round(b - a, 4)).Distinct().Count() > 2, "the clip's rate does not vary");

        AssertKeepsFramesAndTimes(clip);
    }

    [Fact]
    public void A_real_clip_keeps_its_frames_and_their_times() => AssertKeepsFramesAndTimes(Shared.Path("media", "video", "car-detection.mp4"));

    [Fact]
    public void Frames_of_the_test_pattern_carry_their_own_map()
    {
        const int Frames = 20;
        var format = new FrameFormat(640, 360);
        var output = _folder.File("out.mp4");
        Cli.RunInside("run", "--source", $"test:640x360@30?frames={Frames}", "--sink", $"file:{output}").Succeeded();
        using var source = SourceUri.Parse($"test:640x360@30?frames={Frames}").Open(new SourceOptions());
        using var pool = new FramePool(format, 1);
        Directory.CreateDirectory(_folder.File("frames"));
        while (source.WaitNext(out var header))
        {
            Assert.True(pool.TryRent(out var frame));
            source.Read(frame);
            Stills.FromPlanes(format, frame.Pixels).SavePng(_folder.File($"frames/{header.Sequence:D2}.png"));
            frame.Release();
        }

        AssertOwnMaps(output, format, [.. Enumerable.Range(0, Frames)]);
    }

    [Fact]
    public void Frames_of_a_real_clip_carry_their_own_map()
    {
        var clip = Shared.Path("media", "video", "car-detection.mp4");
        var output = _folder.File("out.mp4");
        Cli.RunInside("run", "--source", clip, "--sink", $"file:{output}").Succeeded();
        var chosen = Enumerable.Range(0, 20).Select(i => 7 + 18 * i).ToArray();
        Directory.CreateDirectory(_folder.File("frames"));
        FFmpeg.Run(
            "-i", clip, "-vf", $"select='eq(mod(n-7\\,18)\\,0)*gte(n\\,7)*lte(n\\,{chosen[^1]})'", "-fps_mode", "passthrough",
            "-start_number", "0", _folder.File("frames/%02d.png"));

        AssertOwnMaps(output, new FrameFormat(768, 432), chosen);
    }

    [Fact]
    public void An_image_that_cannot_be_read_is_named_and_the_ledger_balances_without_it()
    {
        foreach (var photo in new[] { "chelsea.png", "coffee.png" })
            File.Copy(Repository.File("media", "photos", photo), _folder.File(photo));
        _folder.Write("china.jpg", File.ReadAllBytes(Repository.File("media", "photos", "china.jpg"))[..20_000]);

        var result = Cli.RunInside("run", "--source", _folder.Path, "--sink", "null:", "--json");

        Assert.Equal(11, result.ExitCode);
        Assert.Contains("1 of 3 images could not be read and was skipped", result.Error);
        Assert.Contains("china.jpg is cut off or damaged", result.Output);
        var account = Assert.Single(result.Ended.GetProperty("ledger").EnumerateArray());
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.Equal(
            (2, 2, 1),
            (account.GetProperty("captured").GetInt64(), account.GetProperty("delivered").GetInt64(), account.GetProperty("upstream").GetInt64()));
    }

    [Fact]
    public void The_quickest_explain_strategy_is_told_taken_and_kept()
    {
        var cache = (ModelCache.Variable, _folder.File("cache"));
        string[] arguments = ["run", "--source", "test:640x360@30?frames=600", "--sink", "null:", "--json"];

        var first = Cli.Run(arguments, cache).Succeeded();
        var told = first.Json(1);
        Assert.Equal("explain-by", told.GetProperty("event").GetString());
        Assert.Equal("main", told.GetProperty("stream").GetString());
        Assert.False(told.GetProperty("remembered").GetBoolean());
        // They are told the simplest first: that within 2 % of the quickest is taken.
        var times = told.GetProperty("ways").EnumerateArray().Select(way => (By: way.GetProperty("by").GetString(), Ms: way.GetProperty("passMs").GetDouble()))
            .ToList();
        var taken = times.First(time => time.Ms * (1 - StrategyTrial.Margin) <= times.Min(other => other.Ms)).By;
        Assert.Equal(taken, told.GetProperty("by").GetString());
        Assert.Equal(taken, first.LastJson.GetProperty("explainBy").GetString());

        var second = Cli.Run(arguments, cache).Succeeded();
        Assert.True(second.Json(1).GetProperty("remembered").GetBoolean());
        Assert.Equal(taken, second.LastJson.GetProperty("explainBy").GetString());
    }

    [Theory]
    [InlineData("taps")]
    [InlineData("operator")]
    [InlineData("blocked")]
    public void An_explain_strategy_that_was_asked_for_is_taken_from_the_first_frame_on(string strategy)
    {
        Assert.SkipWhen(strategy == "blocked" && BlockedLayout.ChannelsInBlock == 0, "ONNX Runtime has no blocked layout on this processor");

        var result = Cli.RunInside("run", "--source", "test:640x360@30?frames=10", "--sink", "null:", "--json", "--explain-by", strategy).Succeeded();

        Assert.Equal(strategy, result.LastJson.GetProperty("explainBy").GetString());
        Assert.DoesNotContain("\"explain-by\"", result.Output);
    }

    [Fact]
    public void An_explain_strategy_that_does_not_exist_is_refused_in_a_sentence()
    {
        var result = Cli.RunInside("run", "--source", "test:640x360@30?frames=10", "--sink", "null:", "--explain-by", "magic");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--explain-by: there is no magic; choose one of auto, taps", result.Error);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_drains_every_sink_and_exits_with_0(string signal)
    {
        var output = _folder.File("out.mp4");
        using var process = Cli.Start(
            ["run", .. Endless, "--sink", $"file:{output}", "--sink", "null:", "--pace", "realtime", "--delivery", "every-frame", "--json"]);
        await WaitForFrames(output);

        Cli.Signal(process, signal);
        var report = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(0, process.ExitCode);
        var ended = new Cli.Result(0, report, "").LastJson;
        var account = ended.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.Equal(0, account.GetProperty("inFlight").GetInt64());
        Assert.Equal(account.GetProperty("captured").GetInt64(), account.GetProperty("delivered").GetInt64());
        Assert.Equal(account.GetProperty("delivered").GetInt64(), FFmpeg.CountFrames(output));
    }

    /// <summary>What <c>timeout</c> and services do: the signal comes to the process, and once more to its group.</summary>
    [Theory]
    [InlineData("INT", 0, 0)]
    [InlineData("TERM", 0, 0)]
    [InlineData("TERM", 600, 0)]
    [InlineData("INT", 1500, 130)]
    [InlineData("TERM", 1500, 130)]
    public async Task A_second_signal_quits_unless_it_comes_within_a_second(string signal, int apart, int code)
    {
        var output = _folder.File("out.mp4");
        using var process = Cli.Start(["run", .. Endless, "--sink", $"file:{output}", "--pace", "realtime", "--delivery", "every-frame", "--json"]);
        await WaitForFrames(output);
        var encoders = Children(process.Id).Select(Process.GetProcessById).ToList();
        encoders.ForEach(encoder => Cli.Signal(encoder, "STOP")); // Its file is not finished meanwhile, so that the stream goes on ending.

        Cli.Signal(process, signal);
        await Task.Delay(apart);
        Assert.False(process.HasExited, "It ended before the second signal.");
        Cli.Signal(process, signal);
        await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(2000));
        Assert.Equal(code != 0, process.HasExited);
        encoders.ForEach(encoder => Cli.Signal(encoder, "CONT"));
        var report = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(code, process.ExitCode);
        if (code == 0)
            Assert.True(new Cli.Result(0, report, "").Ended.GetProperty("ledger")[0].GetProperty("balanced").GetBoolean());
    }

    [Fact]
    public async Task A_killed_program_leaves_a_playable_file_and_no_child()
    {
        var output = _folder.File("out.mp4");
        using var process = Cli.Start(["run", .. Endless, "--sink", $"file:{output}", "--pace", "realtime", "--delivery", "every-frame", "--json"]);
        await WaitForFrames(output);
        var children = Children(process.Id);
        Assert.NotEmpty(children);

        process.Kill();
        await process.WaitForExitAsync();
        await WaitUntil(() => children.All(child => !Directory.Exists($"/proc/{child}")), "a child outlived the program");

        Assert.True(FFmpeg.CountFrames(output) >= 15);
    }

    [Fact]
    public void A_folder_of_images_becomes_a_folder_of_overlays()
    {
        var result = Cli.RunInside("run", "--source", Repository.File("media", "photos"), "--sink", $"images:{_folder.File("overlays")}", "--json")
            .Succeeded();

        AssertLedger(result, captured: 4, delivered: 4);
        Assert.Equal(4, Directory.GetFiles(_folder.File("overlays"), "*.jpg").Length);
        Assert.Equal("451,300", FFmpeg.Probe(_folder.File("overlays/frame-000000000.jpg"), "stream=width,height"));
    }

    [Fact]
    public void A_live_stream_shows_every_frame_with_the_newest_map()
    {
        var result = Cli.RunInside("run", "--source", "test:640x360@60?frames=240", "--sink", "null:", "--delivery", "live", "--json").Succeeded();

        var account = result.LastJson.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.Equal((240, 0), (account.GetProperty("captured").GetInt64(), account.GetProperty("inFlight").GetInt64()));
        Assert.True(account.GetProperty("delivered").GetInt64() > 120);
        Assert.True(result.LastJson.GetProperty("passes").GetInt64() > 20);
    }

    [Fact]
    public void Each_event_names_its_stream()
    {
        var result = Cli.RunInside(
            "run", "--source", "test:640x360@30?frames=10", "--sink", "null:", "--explain-by", "taps", "--json").Succeeded();

        var events = result.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["started", "ended"], events.Select(each => each.GetProperty("event").GetString()));
        Assert.All(events, each => Assert.Equal("main", each.GetProperty("stream").GetString()));
    }

    [Fact]
    public void The_first_overlay_comes_soon()
    {
        var result = Cli.Run("run", "--source", "test:1280x720@30?frames=30", "--sink", "null:", "--json").Succeeded();

        // This is a generous guard against a start that hangs; the README has the figure itself, by this same command.
        Assert.InRange(result.LastJson.GetProperty("process").GetProperty("firstOverlayMs").GetDouble(), 1, 15_000);
    }

    void AssertKeepsFramesAndTimes(string clip)
    {
        var output = _folder.File("kept.mp4");

        var result = Cli.RunInside("run", "--source", clip, "--sink", $"file:{output}", "--json").Succeeded();

        var (before, after) = (FFmpeg.Times(clip), FFmpeg.Times(output));
        AssertLedger(result, captured: before.Length, delivered: before.Length);
        Assert.Equal(FFmpeg.CountFrames(clip), FFmpeg.CountFrames(output));
        Assert.Equal(before.Length, after.Length);
        var worst = before.Zip(after, (a, b) => Math.Abs(a - before[0] - (b - after[0]))).Max();
        Assert.True(worst <= 0.001, $"a timestamp moved by {1000 * worst:F2} ms");
    }

    /// <summary>
    /// Asserts that the overlay shown for a frame is the one that <c>explain</c> makes of that frame alone, as far as coding allows: x264 and the
    /// conversion through RGB cost under 6 levels of luma on average, and no other chosen frame's overlay is nearer.
    /// </summary>
    void AssertOwnMaps(string output, FrameFormat format, int[] chosen)
    {
        Cli.RunInside("explain", _folder.File("frames"), "-o", _folder.File("maps")).Succeeded();
        var shown = Luma(FFmpeg.Decode(output, "yuvj420p"), format);
        var alone = chosen.Select((_, i) => FFmpeg.Decode(_folder.File($"maps/{i:D2}.overlay.png"), "gray")).ToArray();
        for (var i = 0; i < chosen.Length; i++)
        {
            var distances = alone.Select(overlay => Distance(shown[chosen[i]], overlay)).ToArray();
            Assert.True(distances[i] < 6, $"frame {chosen[i]} differs by {distances[i]:F2} levels from its own explanation");
            Assert.Equal(i, Array.IndexOf(distances, distances.Min()));
        }
    }

    static double Distance(byte[] a, byte[] b)
    {
        Assert.Equal(a.Length, b.Length);
        long sum = 0;
        for (var i = 0; i < a.Length; i++)
            sum += Math.Abs(a[i] - b[i]);
        return (double)sum / a.Length;
    }

    static List<byte[]> Luma(byte[] frames, FrameFormat format) =>
        [.. frames.Chunk(format.ByteCount).Select(frame => frame[..(format.Width * format.Height)])];

    static IEnumerable<int> BarCodes(string path, FrameFormat format) => Luma(FFmpeg.Decode(path, "yuvj420p"), format).Select(luma =>
    {
        Assert.True(BarCode.TryRead(format, luma, out var number));
        return number;
    });

    static void AssertLedger(Cli.Result result, long captured, long delivered)
    {
        foreach (var account in result.LastJson.GetProperty("ledger").EnumerateArray())
        {
            Assert.True(account.GetProperty("balanced").GetBoolean());
            Assert.Equal(captured, account.GetProperty("captured").GetInt64());
            Assert.Equal(delivered, account.GetProperty("delivered").GetInt64());
            Assert.Equal(0, account.GetProperty("inFlight").GetInt64());
        }
    }

    static async Task WaitForFrames(string path) =>
        await WaitUntil(() => File.Exists(path) && new FileInfo(path).Length > 100_000, "no frames were written");

    static async Task WaitUntil(Func<bool> condition, string complaint)
    {
        for (var start = Stopwatch.StartNew(); !condition(); await Task.Delay(50))
            Assert.True(start.Elapsed < TimeSpan.FromSeconds(30), complaint);
    }

    static int[] Children(int parent) =>
    [
        .. Directory.GetDirectories($"/proc/{parent}/task")
            .SelectMany(task => File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse),
    ];
}
