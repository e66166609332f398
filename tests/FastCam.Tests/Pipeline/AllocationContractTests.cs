using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json;
using FastCam.Lab.Generation;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Tests.Onnx;
using FastCam.Tests.OpenCv;

namespace FastCam.Tests.Pipeline;

/// <summary>Runs each command of the contract with few frames and with many, and holds what the frames between them cost against it.</summary>
public sealed class AllocationContractTests : IDisposable
{
    const int SmallestObject = 24;

    const int Side = 64;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(0.5);

    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Commands => [.. AllocationContract.Load().Select(command => command.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_keeps_its_contract(string name)
    {
        var contract = AllocationContract.Load().Single(command => command.Name == name);

        // The first run by the blocked layout writes its model into the cache, which takes megabytes, and the first whose strategy is chosen
        // beside the stream keeps the choice there. With the cache filled, the two that are compared do the same work.
        if (contract.ExplainBy is "blocked" or "auto")
            await Run(contract, contract.Few);
        var few = await Run(contract, contract.Few);
        var many = await Run(contract, contract.Many);

        var text = $"{contract.Few} frames: {few}, {contract.Many} frames: {many}";
        Assert.True(many.Stream - few.Stream <= contract.Allowance(contract.BytesPerFrame), text);
        if (contract.Viewers > 0)
            Assert.True(many.Server - few.Server <= contract.Allowance(contract.ServerBytesPerFrame), text);
    }

    [Fact]
    public void The_contract_names_every_walk_and_strategy()
    {
        var contracts = AllocationContract.Load();

        Assert.Equal(
            [
                "test to null", "test to null by the operator", "test to null by the blocked operator", "test to null by what is chosen",
                "every option at once", "every option within the pass", "the sheet", "LOVI side by side", "file to file",
                "test to web with two viewers", "test to a window",
            ],
            contracts.Select(command => command.Name));
        Assert.All(contracts, contract => Assert.True(
            1.25 * contract.Tolerance < SmallestObject * (contract.Many - contract.Few),
            $"{contract.Name}: an object on every frame would not be seen clearly"));
    }

    async Task<Allocated> Run(AllocationContract contract, int frames)
    {
        var source = contract.Source.Replace("{frames}", $"{frames}");
        if (source == "{clip}")
            source = Clip(frames);
        var sink = contract.Sink.Replace("{folder}", _folder.Path);
        var options = contract.Options.Select(option => option == "{model}" ? Network() : option);
        using var desktop = sink == "window:" ? new Desktop(320, 200) : null;
        (string, string)[] environment = [(ModelCache.Variable, _folder.File("cache")), .. desktop is null ? [] : new[] { desktop.Environment }];
        using var process = Cli.Cli.Start(["run", "--source", source, "--sink", sink, "--force", "--json", .. options], environment);
        var error = process.StandardError.ReadToEndAsync();
        var started = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (started is null)
            Assert.Fail(await error);
        var page = JsonDocument.Parse(started).RootElement.GetProperty("page").GetString();
        await Task.WhenAll(Enumerable.Range(0, contract.Viewers).Select(_ => Watch(page!)));
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        var ended = JsonDocument.Parse(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]).RootElement;
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, await error);
        Assert.Equal(frames, ended.GetProperty("ledger")[0].GetProperty("captured").GetInt64());
        var (all, stream) = (ended.GetProperty("process").GetProperty("managedBytes").GetInt64(), ended.GetProperty("pipelineManagedBytes").GetInt64());
        Assert.InRange(stream, 1, all);
        if (contract.ExplainBy != "auto" && (contract.ExplainBy != "blocked" || BlockedLayout.ChannelsInBlock > 0))
            Assert.Equal(contract.ExplainBy, ended.GetProperty("explainBy").GetString());
        return contract.IsOfTheStream ? new Allocated(stream, all - stream) : new Allocated(all, 0);
    }

    string Network()
    {
        var path = _folder.File("net.onnx");
        if (!File.Exists(path))
            File.WriteAllBytes(path, GeneratedNetworks.Write("mobilenetv2", new GeneratorOptions { InputSize = Side }).File);
        return path;
    }

    string Clip(int frames)
    {
        var clip = _folder.File($"{frames}.mp4");
        if (!File.Exists(clip))
        {
            FFmpeg.Run(
                "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30", "-frames:v", $"{frames}", "-c:v", "libx264", "-preset", "ultrafast", clip);
        }
        return clip;
    }

    /// <summary>Takes and acknowledges every frame until the stream ends.</summary>
    static async Task Watch(string page)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(page) { Scheme = "ws", Path = "/live" }.Uri, limit.Token);
        var message = new byte[1 << 20];
        var frames = 0;
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(message.AsMemory(length), limit.Token);
                length += received.Count;
            }
            while (!received.EndOfMessage);
            if (received.MessageType == WebSocketMessageType.Close)
                break;
            if (received.MessageType != WebSocketMessageType.Binary)
                continue;
            // The viewer falls behind in the shorter run as well, so that the pool is as large there.
            if (++frames == 1)
                await Task.Delay(Hesitation);
            var acknowledgement = new byte[sizeof(double)];
            BinaryPrimitives.WriteDoubleLittleEndian(acknowledgement, BinaryPrimitives.ReadDoubleLittleEndian(message.AsSpan(8)));
            await socket.SendAsync(acknowledgement.AsMemory(), WebSocketMessageType.Binary, true, limit.Token);
        }
        Assert.True(frames > 10, $"a viewer saw {frames} frames");
    }

    /// <summary>
    /// The managed bytes of one run: those of the whole program, or, where a page watches or a strategy is chosen beside the stream, those of the
    /// stream's threads and those of everything else.
    /// </summary>
    readonly record struct Allocated(long Stream, long Server);
}
