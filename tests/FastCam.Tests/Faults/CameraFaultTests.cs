using System.Text.Json;

namespace FastCam.Tests.Faults;

/// <summary>A camera that is unplugged, stalls and overruns.</summary>
[Collection(FaultCollection.Name)]
public sealed class CameraFaultTests : IDisposable
{
    readonly TestCamera _camera;

    public CameraFaultTests()
    {
        Faults.RequireCamera();
        _camera = new TestCamera();
    }

    public void Dispose() => _camera.Dispose();

    [Fact]
    public void It_is_listed_with_what_it_can_do()
    {
        var result = Cli.Cli.Run(["sources", "--devices", _camera.Folder, "--json"], _camera.Environment).Succeeded();
        var camera = result.LastJson.GetProperty("cameras")[0];
        Assert.Equal(("Test camera", _camera.Device), (camera.GetProperty("name").GetString(), camera.GetProperty("device").GetString()));
        Assert.Equal(["yuyv422 640x480 [30,15]", "yuyv422 1280x720 [30,15]", "yuyv422 320x240 [30,15]"], camera.GetProperty("modes").EnumerateArray().Select(mode =>
            $"{mode.GetProperty("format").GetString()} {mode.GetProperty("width").GetInt32()}x{mode.GetProperty("height").GetInt32()} {JsonSerializer.Serialize(mode.GetProperty("rates"))}"));
        Assert.Contains("camera:", Cli.Cli.Run(["sources", "--devices", _camera.Folder], _camera.Environment).Succeeded().Output);
    }

    [Fact]
    public void Without_a_camera_a_sentence_says_how_to_name_a_source()
    {
        Assert.SkipWhen(Directory.GetFiles("/dev", "video*").Length > 0, "there is a camera here");
        var result = Cli.Cli.Run("run", "--sink", "null:");
        Assert.Equal(10, result.ExitCode);
        Assert.Contains("--source", result.Error);
        Assert.Contains("There is no camera", Cli.Cli.Run("sources").Succeeded().Output);
        Assert.Contains("fastcam sources", Cli.Cli.Run("run", "--source", "camera:9", "--sink", "null:").Error);
    }

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    public void Unplugged_and_back_it_goes_on(string backend)
    {
        if (backend == "gstreamer") Faults.RequireGStreamer();
        using var run = LiveRun.Start($"{_camera.Source}?size=320x240&rate=30&format=yuyv", _camera.Environment, "--capture", backend);
        var held = new List<Holding>();
        var back = new Durations();
        var (waited, used) = (TimeSpan.Zero, TimeSpan.Zero);
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            Thread.Sleep(500);
            held.Add(Holding.Of(run.ProcessId));
            _camera.Unplug();
            run.WaitFor(said => said.State == "reconnecting" && said.Reason!.Contains("was unplugged"), "said to be unplugged", Faults.Within(2));
            Thread.Sleep(250);
            var (start, before) = (run.Now, Resources.ProcessorTime(run.ProcessId));
            Thread.Sleep(1500);
            used += Resources.ProcessorTime(run.ProcessId) - before;
            waited += run.Now - start;
            run.Forget();
            _camera.Plug();
            back.Add(run.Reach("running", run.Now, Faults.Within(1.5)));
        }

        Figures.Write($"Camera unplugged, by {backend}: picture again {back} after it is back; {used / waited:P1} of a core while waiting");
        Assert.True(used / waited <= Faults.MostWhileWaiting, $"{used / waited:P1} of a core while waiting");
        Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
        Resources.AssertLevel(held);
    }

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    public void Stalled_it_is_opened_anew(string backend)
    {
        if (backend == "gstreamer") Faults.RequireGStreamer();
        using var run = LiveRun.Start(_camera.Source, _camera.Environment, "--capture", backend);
        var held = new List<Holding>();
        var noticed = new Durations();
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            Thread.Sleep(500);
            held.Add(Holding.Of(run.ProcessId));
            var stalled = run.Now;
            _camera.Stall();
            noticed.Add(run.Reach("stalled", stalled, Faults.Within(2)));
            run.Reach("reconnecting", stalled, Faults.Within(3));
            Thread.Sleep(500);
            run.Forget();
            _camera.Plug();
            run.Reach("running", run.Now, Faults.Within(1.5));
        }

        Figures.Write($"Camera stalled, by {backend}: noticed after {noticed}");
        run.Stop();
        Resources.AssertLevel(held);
    }

    [Fact]
    public void What_its_driver_loses_is_counted_as_upstream()
    {
        _camera.Overrun();
        using var run = LiveRun.Start($"{_camera.Source}?size=320x240", _camera.Environment);
        run.WaitFor("running");
        Thread.Sleep(TimeSpan.FromSeconds(Faults.IsLong ? 60 : 8));
        var ended = run.Stop();
        var books = ended.GetProperty("ledger")[0];
        var (captured, upstream) = (books.GetProperty("captured").GetInt64(), books.GetProperty("upstream").GetInt64());
        Assert.InRange(upstream, captured * 3 / 27.0 * 0.7 - 3, captured * 3 / 27.0 * 1.3 + 3);
        Assert.Equal(0, ended.GetProperty("source").GetProperty("restarts").GetInt32());
    }

    [Fact]
    public void Killed_while_it_says_nothing_leaves_no_child()
    {
        using var run = LiveRun.Start(_camera.Source, _camera.Environment);
        run.WaitFor("running");
        var children = Resources.Descendants(run.ProcessId);
        Assert.NotEmpty(children);
        _camera.Stall();
        Thread.Sleep(500);
        run.Kill();
        for (var end = DateTime.UtcNow + TimeSpan.FromSeconds(20); children.Exists(child => !Resources.IsZombie(child)); Thread.Sleep(50))
            Assert.True(DateTime.UtcNow < end, "a child outlived the program");
    }
}
