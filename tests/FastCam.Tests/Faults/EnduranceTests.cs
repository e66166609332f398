using System.Net.WebSockets;

namespace FastCam.Tests.Faults;

/// <summary>A clock that is set, an end under full load, and a long stream with viewers who come and go.</summary>
[Collection(FaultCollection.Name)]
public sealed class EnduranceTests : IDisposable
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
            ("LD_PRELOAD", FakeTime), ("FAKETIME_TIMESTAMP_FILE", _folder.File("time")), ("FAKETIME_NO_CACHE", "1"), ("FAKETIME_DONT_FAKE_MONOTONIC", "1"), ("DONT_FAKE_MONOTONIC", "1"),
        ];
        using var server = new MjpegServer();
        using var run = LiveRun.Start(server.Url("stream"), environment);
        run.WaitFor("running");
        foreach (var jump in new[] { "+3600", "-3600" })
        {
            Thread.Sleep(2000);
            File.WriteAllText(_folder.File("time"), jump);
            Thread.Sleep(3000);
        }

        var ended = run.Stop();
        Assert.InRange(ended.GetProperty("latencyP99Ms").GetDouble(), 0, 5000);
        Assert.InRange(ended.GetProperty("firstOverlayMs").GetDouble(), 1, 60_000);
        Assert.InRange(ended.GetProperty("picturesPerSecond").GetDouble(), 5, 100);
        Assert.Equal(0, ended.GetProperty("source").GetProperty("restarts").GetInt32());
    }

    [Fact]
    public void An_end_under_full_load_drains_every_sink()
    {
        for (var i = 0; i < Faults.Repeats; i++)
        {
            using var server = new MjpegServer();
            var output = _folder.File($"{i}.mp4");
            using var run = LiveRun.Start(server.Url("stream"), "--sink", $"file:{output}", "--sink", "null:");
            run.WaitFor("running");
            Thread.Sleep(3000);
            var books = run.Stop().GetProperty("ledger")[0];
            Assert.True(books.GetProperty("delivered").GetInt64() > 10);
            Assert.Equal(books.GetProperty("delivered").GetInt64(), FFmpeg.CountFrames(output));
        }
    }

    [Fact]
    public async Task Viewers_who_come_and_go_cost_a_long_stream_nothing()
    {
        const int Samples = 60;
        var minutes = Faults.IsLong ? 20 : 2;
        var port = RtspServer.FreePort();
        using var run = LiveRun.Start("test:1280x720@30", "--pace", "realtime", "--delivery", "every-frame", "--sink", $"file:{_folder.File("long.mp4")}", "--sink", $"web://127.0.0.1:{port}");
        await WaitForPage(port);
        var held = new List<Holding>();
        while (run.Now < TimeSpan.FromMinutes(minutes))
        {
            await WatchForASecond(port);
            if (run.Now.TotalMinutes / minutes * Samples > held.Count)
                held.Add(Holding.Of(run.ProcessId));
        }

        var ended = run.Stop();
        foreach (var account in ended.GetProperty("ledger").EnumerateArray())
        {
            Assert.Equal(account.GetProperty("captured").GetInt64(), account.GetProperty("delivered").GetInt64());
            Assert.True(account.GetProperty("captured").GetInt64() > 60);
        }

        Resources.AssertFlat(held);
    }

    static async Task WaitForPage(int port)
    {
        using var client = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await client.GetAsync($"http://127.0.0.1:{port}/api/status");
                return;
            }
            catch (HttpRequestException) when (attempt < 300)
            {
                await Task.Delay(100);
            }
        }
    }

    static async Task WatchForASecond(int port)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", $"http://127.0.0.1:{port}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/live"), default);
        using var limit = new CancellationTokenSource(1000);
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var message = await socket.ReceiveAsync(buffer, limit.Token);
                if (message is { MessageType: WebSocketMessageType.Binary, EndOfMessage: true })
                    await socket.SendAsync(buffer.AsMemory(8, 8), WebSocketMessageType.Binary, true, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // It has seen enough, and leaves without a word.
        }
    }
}
