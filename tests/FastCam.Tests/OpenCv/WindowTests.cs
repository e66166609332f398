using System.Diagnostics;
using System.Text.Json;
using FastCam.Cli;
using FastCam.Video.Libraries;

namespace FastCam.Tests.OpenCv;

/// <summary>Holds the window on the desktop to what a person sees there: each key to its pixels, and each way in which it ends.</summary>
public sealed class WindowTests : IDisposable
{
    const int Width = 640, Height = 360;

    /// <summary>The rows of the note that a key leaves for two seconds: they are not compared.</summary>
    const int NoteRows = 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_key_draws_what_its_option_draws()
    {
        var clip = Clip("still", "loop=loop=-1:size=1", 2);
        (string Key, string[] Options)[] keys =
        [
            ("v", ["--view", "lovi"]),
            ("shift+v", []),
            ("2", ["--view", "layer2"]),
            ("0", []),
            ("c", ["--colormap", "viridis"]),
            ("shift+c", []),
            ("shift+m", ["--mode", "side-by-side"]),
            ("m", []),
            ("m", ["--mode", "grey"]),
            ("shift+m", []),
            ("minus", ["--opacity", "0.5"]),
            ("minus", ["--opacity", "0.4"]),
            ("plus", ["--opacity", "0.5"]),
            ("plus", []),
            ("l", ["--legend"]),
        ];
        var overlays = keys.Select(key => key.Options).Append([]).DistinctBy(options => string.Join(' ', options))
            .ToDictionary(options => string.Join(' ', options), options => Expected(clip, options));
        using var desktop = new Desktop(Width, Height);
        using var run = Start(desktop, "--source", clip, "--loop", "--sink", "window:?fullscreen=true");
        desktop.Window("still");
        Await("", "nothing pressed");

        foreach (var (key, options) in keys)
        {
            desktop.Press(key);
            Await(string.Join(' ', options), key);
        }

        Quit(desktop, run, "q");

        void Await(string wanted, string pressed)
        {
            var nearest = "";
            var distance = double.MaxValue;
            Desktop.Until(
                () =>
                {
                    var screen = desktop.Screenshot();
                    (nearest, distance) = overlays.Select(overlay => (overlay.Key, Distance(screen, overlay.Value))).MinBy(overlay => overlay.Item2);
                    return nearest == wanted && distance < 3;
                },
                $"After {pressed} the screen does not show '{wanted}': {Nearest()}");

            string Nearest() => $"'{nearest}' is nearest, {distance:F1} levels away";
        }
    }

    [Fact]
    public void A_pause_holds_the_overlay_and_its_frames_are_counted()
    {
        using var desktop = new Desktop(Width, Height);
        using var run = Start(desktop, "--source", "test:640x360@30", "--sink", "window:?fullscreen=true");
        desktop.Window("test pattern");
        Desktop.Until(() => Changes(desktop), "the overlay stood still before it was paused");

        desktop.Press("space");
        Desktop.Until(() => !Changes(desktop), "the overlay went on in spite of the pause");
        Assert.False(Changes(desktop));
        desktop.Press("space");
        Desktop.Until(() => Changes(desktop), "the overlay did not go on");

        var account = Quit(desktop, run, "Escape", "q").GetProperty("ledger")[0];
        Assert.True(account.GetProperty("dropped").GetProperty("paused").GetInt64() > 10, $"{account}");
    }

    [Fact]
    public void A_snapshot_is_the_overlay_without_the_notes()
    {
        var clip = Clip("still", "loop=loop=-1:size=1", 2);
        using var desktop = new Desktop(Width, Height);
        using var run = Start(
            desktop, "--source", clip, "--loop", "--view", "lovi", "--sink", $"window:?fullscreen=true&snapshots={_folder.File("snapshots")}");
        desktop.Window("still");
        var wanted = Expected(clip, "--view", "lovi");
        Desktop.Until(() => Distance(desktop.Screenshot(), wanted) < 3, "the overlay never came");

        desktop.Press("h");
        Desktop.Until(() => Distance(desktop.Screenshot(), wanted) > 3, "the list of keys does not show");
        desktop.Press("s");
        Desktop.Until(() => Directory.Exists(_folder.File("snapshots")) && Files() is [{ Length: > 1000 }], "there is no snapshot");
        desktop.Press("h");
        Desktop.Until(() => Distance(desktop.Screenshot(), wanted) < 3, "the list of keys did not go away");

        Quit(desktop, run, "q");
        Assert.Matches(@"^main-\d{8}-\d{6}-\d+\.png$", Files()[0].Name);
        Assert.InRange(Distance(FFmpeg.Decode(Files()[0].FullName, "rgb24"), wanted, firstRow: 0), 0, 3);

        FileInfo[] Files() => new DirectoryInfo(_folder.File("snapshots")).GetFiles();
    }

    [Fact]
    public void It_has_a_title_fills_the_screen_and_when_closed_ends_the_stream_in_order()
    {
        using var desktop = new Desktop(1024, 768);
        var output = _folder.File("beside.mp4");
        using var run = Start(desktop, "--source", "media/tour.mp4", "--loop", "--sink", "window:?size=480x270", "--sink", $"file:{output}");
        var window = desktop.Window("tour.mp4");
        Desktop.Until(() => desktop.Title(window).Contains("ms old – running"), "the title does not tell the state");
        Assert.Matches(@"^media/tour\.mp4 – \S.* \d+ % – \d+ frames/s – map \d+ ms old – running$", desktop.Title(window));
        Assert.Equal((480, 270), desktop.Size(window));

        desktop.Press("f");
        Desktop.Until(() => desktop.Size(window) == (1024, 768), "it does not fill the screen");
        desktop.Press("Escape");
        Desktop.Until(() => desktop.Size(window) == (480, 270), "it does not become a window again");

        var ended = Quit(desktop, run, "alt+F4");
        var accounts = ended.GetProperty("ledger").EnumerateArray().ToList();
        Assert.All(accounts, account => Assert.True(account.GetProperty("balanced").GetBoolean()));
        Assert.Equal(accounts[1].GetProperty("delivered").GetInt32(), FFmpeg.CountFrames(output));
    }

    [Fact]
    public void A_display_that_goes_away_ends_the_stream_with_a_sentence_and_loses_no_file()
    {
        using var desktop = new Desktop(Width, Height);
        var output = _folder.File("beside.mp4");
        using var run = Start(desktop, "--source", "test:640x360@30", "--sink", "window:", "--sink", $"file:{output}");
        desktop.Window("frames/s");

        desktop.Kill();

        var (ended, error) = End(run, ExitCode.SinkFailed);
        Assert.Contains("The display is gone", error);
        Assert.Equal(ended.GetProperty("ledger")[1].GetProperty("delivered").GetInt32(), FFmpeg.CountFrames(output));
    }

    [Fact]
    public void Of_two_windows_the_one_under_the_pointer_hears_the_keys()
    {
        using var desktop = new Desktop(1024, 768);
        using var run = Start(desktop, "--source", "test:320x180@30", "--sink", "window:?size=320x180", "--sink", "window:?size=320x180");
        desktop.Window("frames/s");
        var windows = desktop.Windows();
        Assert.Equal(2, windows.Count);
        desktop.Move(windows[0], 0, 0);
        desktop.Move(windows[1], 500, 400);

        desktop.Point(600, 500);
        desktop.Press("space");
        Desktop.Until(() => desktop.Title(windows[1]).EndsWith("paused"), "the window under the pointer does not pause");
        Assert.EndsWith("running", desktop.Title(windows[0]));

        var paused = Quit(desktop, run, "q").GetProperty("ledger").EnumerateArray()
            .Select(account => account.GetProperty("dropped").TryGetProperty("paused", out var frames) ? frames.GetInt64() : 0).Order().ToList();
        Assert.Equal(0, paused[0]);
        Assert.NotEqual(0, paused[1]);
    }

    [Fact]
    public void Snapshots_of_one_second_are_files_of_their_own_and_one_that_fails_ends_nothing()
    {
        using var desktop = new Desktop(Width, Height);
        using var run = Start(desktop, "--source", "test:320x180@30", "--sink", $"window:?snapshots={_folder.File("snapshots")}");
        desktop.Window("frames/s");
        desktop.Press("space");
        Desktop.Until(
            () =>
            {
                desktop.Press("s");
                return Directory.Exists(_folder.File("snapshots")) && Directory.GetFiles(_folder.File("snapshots")).Length >= 3;
            },
            "three snapshots of one frame are not three files");
        Thread.Sleep(500); // The last one is being written.
        Directory.Delete(_folder.File("snapshots"), recursive: true);
        File.WriteAllText(_folder.File("snapshots"), "in the way");
        desktop.Press("s");

        Quit(desktop, run, "alt+F4"); // It is still paused.
    }

    [Fact]
    public void Closed_before_the_first_frame_it_ends_a_stream_that_still_looks_for_its_source()
    {
        using var desktop = new Desktop(Width, Height);
        using var run = Start(desktop, "--source", $"rtsp://127.0.0.1:{Ports.Free()}/none", "--sink", "window:?size=320x180");
        desktop.Window("starting");

        desktop.Press("alt+F4");

        Assert.True(run.WaitForExit(Patience), "The program did not end.");
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public void An_overlay_that_would_be_too_large_is_refused_in_a_sentence()
    {
        using var desktop = new Desktop(Width, Height);

        var result = Cli.Cli.Run(
            ["run", "--source", "test:5000x90@5", "--mode", "side-by-side", "--sink", "window:", "--model", "efficientnet-lite0-int8"], desktop.Environment);

        Assert.Equal((int)ExitCode.BadOption, result.ExitCode);
        Assert.Contains("An overlay of 10000×90 is above 8192×8192", result.Error);
    }

    [Theory]
    [InlineData("", "neither DISPLAY nor WAYLAND_DISPLAY is set")]
    [InlineData(":4711", "The display :4711 cannot be opened")]
    public void Without_a_display_a_sentence_says_so(string display, string reason)
    {
        Assert.SkipUnless(MediaLibrary.IsThere, "the program was built without OpenCV");

        var result = Cli.Cli.Run(["run", "--source", "test:", "--sink", "window:"], ("DISPLAY", display), ("WAYLAND_DISPLAY", ""));

        Assert.Equal((int)ExitCode.OutputUnwritable, result.ExitCode);
        Assert.Contains(reason, result.Error);
        Assert.Single(result.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("window:here")]
    [InlineData("window:?size=huge")]
    [InlineData("window:?fullscreen=perhaps")]
    [InlineData("window:?colour=red")]
    public void A_sink_that_is_not_understood_is_refused(string sink)
    {
        var result = Cli.Cli.RunInside("run", "--source", "test:", "--sink", sink);

        Assert.Equal((int)ExitCode.BadOption, result.ExitCode);
        Assert.Contains("is not understood", result.Error);
    }

    static Process Start(Desktop desktop, params string[] arguments) =>
        Cli.Cli.Start(["run", "--json", "--model", "efficientnet-lite0-int8", .. arguments], desktop.Environment);

    /// <summary>Presses keys that end the program, and returns its last words.</summary>
    static JsonElement Quit(Desktop desktop, Process run, params string[] keys)
    {
        foreach (var key in keys)
            desktop.Press(key);
        return End(run, ExitCode.Success).Ended;
    }

    static (JsonElement Ended, string Error) End(Process run, ExitCode code)
    {
        var (output, error) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        if (!run.WaitForExit(Patience))
        {
            run.Kill();
            Assert.Fail("The program did not end.");
        }
        var result = new Cli.Cli.Result(run.ExitCode, output.Result, error.Result);
        Assert.True((int)code == result.ExitCode, $"exit code {result.ExitCode}: {result.Error}{result.Output}");
        return (result.Ended, result.Error);
    }

    static bool Changes(Desktop desktop)
    {
        var before = desktop.Screenshot();
        Thread.Sleep(200);
        return Distance(before, desktop.Screenshot()) > 0;
    }

    /// <summary>The overlay of a clip's first frame as the program writes it into a file, brought to the screen's size.</summary>
    byte[] Expected(string clip, params string[] options)
    {
        var folder = _folder.File($"overlay{Directory.GetDirectories(_folder.Path).Length}");
        Cli.Cli.RunInside([
            "run", "--source", clip, "--sink", $"images:{folder}", "--model", "efficientnet-lite0-int8", "--delivery", "every-frame", .. options]).Succeeded();
        return FFmpeg.Decode(
            Directory.GetFiles(folder).Order().First(), "rgb24", "-vf",
            $"scale={Width}:{Height}:force_original_aspect_ratio=decrease,pad={Width}:{Height}:-1:-1");
    }

    /// <summary>The mean distance of two overlays of the screen in levels, below the notes.</summary>
    static double Distance(byte[] left, byte[] right, int firstRow = NoteRows)
    {
        Assert.Equal(left.Length, right.Length);
        var sum = 0L;
        var start = 3 * Width * firstRow;
        for (var i = start; i < left.Length; i++)
            sum += Math.Abs(left[i] - right[i]);
        return (double)sum / (left.Length - start);
    }

    /// <summary>A clip of a photo.</summary>
    string Clip(string name, string filter, int frames)
    {
        var clip = _folder.File($"{name}.mp4");
        FFmpeg.Run(
            "-loop", "1", "-i", Repository.File("media", "photos", "coffee.png"), "-vf", $"scale={Width}:{Height},{filter}", "-frames:v", $"{frames}",
            "-r", "10", "-c:v", "libx264", "-qp", "4", "-pix_fmt", "yuv420p", clip);
        return clip;
    }
}
