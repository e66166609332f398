using System.Net.WebSockets;

namespace FastCam.Tests.Faults;

/// <summary>A long stream with viewers who come and go.</summary>
public sealed class EnduranceTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Viewers_who_come_and_go_cost_a_long_stream_nothing()
    {
        const int Looks = 60;
        var minutes = Faults.IsLong ? 20 : 2;
        var port = Ports.Free();
        string[] sinks = ["--sink", $"file:{_folder.File("long.mp4")}", "--sink", $"web://127.0.0.1:{port}"];
        using var run = LiveRun.Start("test:1280x720@30", ["--pace", "realtime", "--delivery", "every-frame", .. sinks]);
        await WaitForPage(port);
        var held = new Holdings(run.ProcessId);
        var looks = 0;
        while (run.Now < TimeSpan.FromMinutes(minutes))
        {
            await WatchForASecond(port);
            if (run.Now.TotalMinutes / minutes * Looks <= looks)
                continue;
            held.Look(settles: false);
            looks++;
        }

        var ended = run.Stop();
        foreach (var account in ended.GetProperty("ledger").EnumerateArray())
        {
            Assert.Equal(account.GetProperty("captured").GetInt64(), account.GetProperty("delivered").GetInt64());
            Assert.True(account.GetProperty("captured").GetInt64() > 60);
        }

        held.AssertNoGrowth();
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
        catch (Exception e) when (e is OperationCanceledException || (e is WebSocketException && limit.IsCancellationRequested))
        {
            // It has seen enough, and leaves without a word; where that was between two calls, the second finds the socket closed.
        }
    }
}
