namespace FastCam.Tests.Faults;

/// <summary>A capture child that is killed, stopped, or talks without end.</summary>
public sealed class ChildFaultTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly MjpegServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public void Another_takes_its_place(string signal)
    {
        using var run = LiveRun.Start(_server.Url("stream"));
        var held = new Holdings(run.ProcessId);
        var (noticed, back) = (new Durations(), new Durations());
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            Thread.Sleep(500);
            held.Look();
            var child = Assert.Single(Resources.Descendants(run.ProcessId));
            var hit = run.Now;
            RtspServer.Execute("kill", $"-{signal}", $"{child}");
            noticed.Add(run.Reach(signal == "STOP" ? "stalled" : "reconnecting", hit, Faults.Within(2)));
            if (signal == "STOP")
                run.Reach("reconnecting", run.Now, Faults.Within(2));
            back.Add(run.Reach("running", run.Now, Faults.Within(2)));
            Assert.True(Resources.IsZombie(child), "it is still there");
        }

        held.Look();
        Figures.Write($"Capture child sent {signal}: noticed after {noticed}, frames again {back} after that");
        Assert.Equal(Faults.Repeats, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
        held.AssertNoGrowth();
    }

    [Fact]
    public void One_that_talks_without_end_costs_no_memory()
    {
        const int LogMegaBytes = 1000;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "is a shell script");
        var script = _folder.File("ffmpeg");
        File.WriteAllText(script, $"""
            #!/bin/sh
            case "$*" in *pipe:0*) (yes 'frame of no interest, again and again' | head -c {LogMegaBytes}M >&2; touch {_folder.File("said")}) & ;; esac
            exec ffmpeg "$@"
            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var run = LiveRun.Start(_server.Url("stream"), [("FASTCAM_FFMPEG", script)]);
        run.WaitFor("running");
        Thread.Sleep(1000);
        var before = Holding.Read(run.ProcessId);
        for (var end = run.Now + TimeSpan.FromSeconds(120); !File.Exists(_folder.File("said")); Thread.Sleep(100))
            Assert.True(run.Now < end, "the log was not taken in");
        var after = Holding.Read(run.ProcessId);
        Assert.True(after.MegaBytes - before.MegaBytes < 40, $"memory grew from {before.MegaBytes:F0} to {after.MegaBytes:F0} MB");
        Assert.Equal(0, run.Stop().GetProperty("source").GetProperty("restarts").GetInt32());
    }
}
