namespace FastCam.Tests.Faults;

/// <summary>An RTSP server that dies, freezes, loses packets and changes its pictures.</summary>
[Collection(FaultCollection.Name)]
public sealed class RtspFaultTests
{
    const double Noticed = 2, Back = 1 + KeyFrames, KeyFrames = 1;
    static readonly double MostWhileWaiting = Faults.IsLong ? 0.02 : 0.05; // of a core: what others do on the machine makes each look dearer

    public RtspFaultTests() => Faults.RequireRtspServer();

    [Theory]
    [InlineData("ffmpeg")]
    [InlineData("gstreamer")]
    public void A_server_that_dies_and_comes_back_is_seen_again_within_a_second(string backend)
    {
        if (backend == "gstreamer") Faults.RequireGStreamer();
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("test"), "--capture", backend);
        var held = new List<Holding>();
        var (waited, used) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var i = 0; i < Faults.Repeats; i++)
        {
            run.WaitFor("running");
            Thread.Sleep(1000);
            held.Add(Holding.Of(run.ProcessId));
            server.Kill();
            run.WaitFor("reconnecting", Faults.Within(Noticed));
            Thread.Sleep(1500);
            var (start, before) = (run.Now, Resources.ProcessorTime(run.ProcessId));
            Thread.Sleep(3500);
            used += Resources.ProcessorTime(run.ProcessId) - before;
            waited += run.Now - start;
            run.Forget();
            server.Start();
            var back = run.Now;
            Assert.True(run.WaitFor("running", Faults.Within(Back)).At - back < Faults.Within(Back));
            run.Rewind();
        }

        Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
        Assert.True(used / waited <= MostWhileWaiting, $"{used / waited:P1} of a core while waiting");
        Resources.AssertLevel(held);
    }

    [Fact]
    public void A_server_that_freezes_is_noticed_and_seen_again()
    {
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("test"));
        var held = new List<Holding>();
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            Thread.Sleep(1000);
            held.Add(Holding.Of(run.ProcessId));
            server.Freeze();
            run.WaitFor("stalled", Faults.Within(Noticed));
            run.WaitFor("reconnecting", Faults.Within(Noticed));
            Thread.Sleep(TimeSpan.FromSeconds(8));
            server.Thaw();
            run.WaitFor("running", Faults.Within(Back));
        }

        run.Stop();
        Resources.AssertLevel(held);
    }

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public void Lost_packets_are_counted_and_pictures_go_on(string transport)
    {
        using var server = new RtspServer("--loss", "0.05");
        using var run = LiveRun.Start(server.Url($"test?transport={transport}"));
        run.WaitFor("running");
        Thread.Sleep(TimeSpan.FromSeconds(Faults.IsLong ? 60 : 8));
        var ended = run.Stop();
        var source = ended.GetProperty("source");
        Assert.True(source.GetProperty("packetsLost").GetInt64() > 0);
        Assert.True(source.GetProperty("upstream").GetInt64() > 0);
        Assert.Equal(0, source.GetProperty("restarts").GetInt32());
        Assert.Equal(source.GetProperty("upstream").GetInt64(), ended.GetProperty("ledger")[0].GetProperty("upstream").GetInt64());
        Assert.True(ended.GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 60);
    }

    [Fact]
    public void Another_size_in_mid_stream_is_followed()
    {
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("sizes"));
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            run.WaitFor(said => said.Reason?.Contains("another size") == true, "said to have another size", TimeSpan.FromSeconds(20));
            run.WaitFor("running", Faults.Within(Back));
        }

        Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
    }

    [Fact]
    public void The_page_says_what_the_source_does()
    {
        using var server = new RtspServer();
        var port = RtspServer.FreePort();
        using var run = LiveRun.Start(server.Url("test"), "--sink", $"web://127.0.0.1:{port}");
        using var client = new HttpClient();
        run.WaitFor("running");
        Assert.Equal("running", State());
        server.Kill();
        run.WaitFor(said => said.Reason?.Contains("Nothing answers") == true, "known to have no answer", TimeSpan.FromSeconds(20));
        Assert.Equal("reconnecting", State());
        run.Stop();

        string? State()
        {
            var status = System.Text.Json.JsonDocument.Parse(client.GetStringAsync($"http://127.0.0.1:{port}/api/status").Result).RootElement;
            Assert.Equal(status.GetProperty("state").GetString(), status.GetProperty("source").GetProperty("state").GetString());
            return status.GetProperty("state").GetString();
        }
    }
}
