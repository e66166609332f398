namespace FastCam.Tests.Faults;

/// <summary>An RTSP server that dies, freezes, loses packets and changes the size of its frames.</summary>
public sealed class RtspFaultTests
{
    const double Noticed = 2;

    /// <summary>Nothing can be seen before the next one.</summary>
    static readonly TimeSpan KeyFrame = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Back = KeyFrame + Faults.Within(1);

    public RtspFaultTests() => Faults.RequireRtspServer();

    [Fact]
    public void A_server_that_dies_and_comes_back_is_seen_again_within_a_second() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer();
            using var run = LiveRun.Start(server.Url("test"), "--capture", backend);
            var held = new Holdings(run.ProcessId, backend);
            var (noticed, back) = (new Durations(), new Durations());
            var (waited, used) = (TimeSpan.Zero, TimeSpan.Zero);
            for (var i = 0; i < Faults.Repeats; i++)
            {
                run.WaitFor("running");
                Thread.Sleep(500);
                held.Look();
                var killed = run.Now;
                server.Kill();
                noticed.Add(run.Reach("reconnecting", killed, Faults.Within(Noticed)));
                if (Faults.IsWhole(i))
                {
                    Thread.Sleep(1500);
                    var (start, before) = (run.Now, Resources.ProcessorTime(run.ProcessId));
                    Thread.Sleep(3500);
                    used += Resources.ProcessorTime(run.ProcessId) - before;
                    waited += run.Now - start;
                }

                run.Forget();
                server.Start();
                back.Add(run.Reach("running", run.Now, Back));
                run.Rewind();
            }

            held.Look();
            var share = used / waited;
            Figures.Write($"RTSP server killed, by {backend}: noticed after {noticed}, frames again {back} after its return; {share:P1} of a core in between");
            Assert.True(run.Stop().GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
            Assert.True(!Faults.IsLong || share <= Faults.MostWhileWaiting, $"{share:P1} of a core while waiting");
            held.AssertNoGrowth();
        });

    [Fact]
    public void A_server_that_freezes_is_noticed_and_seen_again() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer();
            using var run = LiveRun.Start(server.Url("test"), "--capture", backend);
            var held = new Holdings(run.ProcessId, backend);
            var (noticed, back) = (new Durations(), new Durations());
            run.WaitFor("running");
            for (var i = 0; i < Faults.Repeats; i++)
            {
                Thread.Sleep(500);
                held.Look();
                var frozen = run.Now;
                server.Freeze();
                noticed.Add(run.Reach("stalled", frozen, Faults.Within(Noticed)));
                run.Reach("reconnecting", frozen, Faults.Within(Noticed + 1));
                Thread.Sleep(TimeSpan.FromSeconds(Faults.IsWhole(i) ? 8 : 1));
                run.Forget();
                server.Thaw();
                back.Add(run.Reach("running", run.Now, Back));
            }

            held.Look();
            Figures.Write($"RTSP server frozen, by {backend}: noticed after {noticed}, frames again {back} after it goes on");
            run.Stop();
            held.AssertNoGrowth();
        });

    [Fact]
    public void Sound_beside_the_video_is_passed_over() =>
        Faults.WithEachBackend(backend =>
        {
            using var server = new RtspServer();
            using var run = LiveRun.Start(server.Url("sound"), "--capture", backend);
            run.WaitFor("running");
            Thread.Sleep(2000);
            var ended = run.Stop();
            Assert.True(ended.GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 20);
            Assert.Equal(0, ended.GetProperty("source").GetProperty("restarts").GetInt32());
        });

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public void Lost_packets_are_counted_and_frames_go_on(string transport)
    {
        using var server = new RtspServer("--loss", "0.05");
        using var run = LiveRun.Start(server.Url($"test?transport={transport}"));
        run.WaitFor("running");
        Thread.Sleep(TimeSpan.FromSeconds(Faults.IsLong ? 60 : 6));
        var ended = run.Stop();
        var source = ended.GetProperty("source");
        Assert.True(source.GetProperty("packetsLost").GetInt64() > 0);
        Assert.True(source.GetProperty("upstream").GetInt64() > 0);
        Assert.Equal(0, source.GetProperty("restarts").GetInt32());
        Assert.Equal(source.GetProperty("upstream").GetInt64(), ended.GetProperty("ledger")[0].GetProperty("upstream").GetInt64());
        Assert.True(ended.GetProperty("ledger")[0].GetProperty("captured").GetInt64() > 60);
    }

    [Fact]
    public void Another_size_in_mid_stream_is_followed_and_one_file_holds_it_all()
    {
        using var folder = new TemporaryFolder();
        using var server = new RtspServer();
        using var run = LiveRun.Start(server.Url("sizes"), "--sink", $"file:{folder.File("sizes.mp4")}");
        var back = new Durations();
        run.WaitFor("running");
        for (var i = 0; i < Faults.Repeats; i++)
        {
            var changed = run.WaitFor(said => said.Reason?.Contains("another size") == true, "said to have another size", TimeSpan.FromSeconds(20)).At;
            back.Add(run.Reach("running", changed, Back));
        }

        Figures.Write($"Another size in mid-stream: frames again {back} after the last one of the old size");
        Thread.Sleep(500);
        var ended = run.Stop();
        Assert.True(ended.GetProperty("source").GetProperty("restarts").GetInt32() >= Faults.Repeats);
        Assert.Equal(ended.GetProperty("ledger")[0].GetProperty("delivered").GetInt64(), FFmpeg.CountFrames(folder.File("sizes.mp4")));
    }

    [Fact]
    public void The_page_says_what_the_source_does()
    {
        using var server = new RtspServer();
        var port = Ports.Free();
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
