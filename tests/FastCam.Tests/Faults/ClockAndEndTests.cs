namespace FastCam.Tests.Faults;

/// <summary>A clock that is set, and an end under full load.</summary>
public sealed class ClockAndEndTests : IDisposable
{
    const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_wall_clock_that_jumps_an_hour_changes_no_latency()
    {
        Assert.SkipUnless(File.Exists(FakeTime), "needs libfaketime (apt-get install faketime)");
        File.WriteAllText(_folder.File("time"), "+0");
        (string, string)[] environment =
        [
            ("LD_PRELOAD", FakeTime), ("FAKETIME_TIMESTAMP_FILE", _folder.File("time")), ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"),
        ];
        using var server = new MjpegServer();
        using var run = LiveRun.Start(server.Url("stream"), environment);
        run.WaitFor("running");
        foreach (var jump in new[] { "+3600", "-3600" })
        {
            Thread.Sleep(1000);
            File.WriteAllText(_folder.File("time"), jump);
            Thread.Sleep(2000);
        }

        var ended = run.Stop();
        Assert.InRange(ended.GetProperty("latencyP99Ms").GetDouble(), 0, 5000);
        Assert.InRange(ended.GetProperty("process").GetProperty("firstOverlayMs").GetDouble(), 1, 60_000);
        Assert.InRange(ended.GetProperty("picturesPerSecond").GetDouble(), 5, 100);
        var source = ended.GetProperty("source");
        Assert.Equal(0, source.GetProperty("restarts").GetInt32());
        Assert.Equal(0, source.GetProperty("repairedTimestamps").GetInt32());
        var account = ended.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("delivered").GetInt64() > 0.7 * account.GetProperty("captured").GetInt64(), run.Everything);
    }

    [Fact]
    public void An_end_under_full_load_drains_every_sink()
    {
        for (var i = 0; i == 0 || (Faults.IsLong && i < Faults.Repeats); i++)
        {
            using var server = new MjpegServer();
            var output = _folder.File($"{i}.mp4");
            using var run = LiveRun.Start(server.Url("stream"), "--sink", $"file:{output}", "--sink", "null:");
            run.WaitFor("running");
            Thread.Sleep(3000);
            var account = run.Stop().GetProperty("ledger")[0];
            Assert.True(account.GetProperty("delivered").GetInt64() > 10);
            Assert.Equal(account.GetProperty("delivered").GetInt64(), FFmpeg.CountFrames(output));
        }
    }
}
