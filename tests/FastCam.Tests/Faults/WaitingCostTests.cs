namespace FastCam.Tests.Faults;

/// <summary>What a source costs while nothing answers: looked at alone, since others on the machine would make it look dearer.</summary>
[Collection(AloneCollection.Name)]
public sealed class WaitingCostTests
{
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(1.5), Wait = TimeSpan.FromSeconds(3.5);

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    public void A_server_that_is_gone_costs_next_to_nothing(string backend)
    {
        Faults.RequireRtspServer();
        Require(backend);
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("test"), "--capture", backend);
        run.WaitFor("running");
        server.Kill();
        run.WaitFor("reconnecting");
        AssertCheap(run);
    }

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    [InlineData("opencv")]
    public void A_camera_that_is_unplugged_costs_next_to_nothing(string backend)
    {
        Faults.RequireCamera();
        Require(backend);
        using var camera = new TestCamera();
        using var run = LiveRun.Start($"{camera.Source}?size=320x240&rate=30&format=yuyv", camera.Environment, "--capture", backend);
        run.WaitFor("running");
        camera.Unplug();
        run.WaitFor("reconnecting");
        AssertCheap(run);
    }

    static void Require(string backend)
    {
        if (backend == "gstreamer")
            Faults.RequireGStreamer();
        if (backend == "opencv")
            Faults.RequireOpenCv();
    }

    static void AssertCheap(LiveRun run)
    {
        Thread.Sleep(Settling);
        var (start, before) = (run.Now, Resources.ProcessorTime(run.ProcessId));
        Thread.Sleep(Wait);
        var share = (Resources.ProcessorTime(run.ProcessId) - before) / (run.Now - start);
        run.Stop();
        Assert.True(share <= Faults.MostWhileWaiting, $"{share:P1} of a core while waiting");
    }
}
