using System.Text.Json;

namespace FastCam.Tests.Faults;

/// <summary>A camera, what it can do and what it loses.</summary>
public sealed class CameraRunTests : IDisposable
{
    readonly TestCamera _camera;

    public CameraRunTests()
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
        var modes = camera.GetProperty("modes").EnumerateArray().Select(mode =>
        {
            var (width, height) = (mode.GetProperty("width").GetInt32(), mode.GetProperty("height").GetInt32());
            return $"{mode.GetProperty("format").GetString()} {width}x{height} {JsonSerializer.Serialize(mode.GetProperty("rates"))}";
        });
        Assert.Equal(["yuyv422 640x480 [30,15]", "yuyv422 1280x720 [30,15]", "yuyv422 320x240 [30,15]"], modes);
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

    [Fact]
    public void What_its_driver_loses_is_counted_as_upstream()
    {
        _camera.Overrun();
        Faults.WithEachCameraBackend(backend =>
        {
            using var run = LiveRun.Start($"{_camera.Source}?size=320x240", _camera.Environment, "--capture", backend);
            run.WaitFor("running");
            Thread.Sleep(TimeSpan.FromSeconds(Faults.IsLong ? 60 : 8));
            var ended = run.Stop();
            var account = ended.GetProperty("ledger")[0];
            var (captured, upstream) = (account.GetProperty("captured").GetInt64(), account.GetProperty("upstream").GetInt64());
            var (least, most) = (captured * 3 / 27.0 * 0.7 - 3, captured * 3 / 27.0 * 1.3 + 3);
            Assert.True(upstream >= least && upstream <= most, $"{upstream} lost of {captured} by {backend}, not {least:F0} to {most:F0}");
            Assert.Equal(0, ended.GetProperty("source").GetProperty("restarts").GetInt32());
        });
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
