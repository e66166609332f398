using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using FastCam.Video.Sources;
using FastCam.Video.Stills;

namespace FastCam.Tests.Faults;

/// <summary>
/// Figures for the README, by <c>make long latency</c>. Each frame carries the moment of its making as a bar code, which is read back from what the
/// page gets.
/// </summary>
public sealed class Measurements
{
    const int Frames = 200, Warm = 30;

    static readonly string Report = Repository.File("artifacts", "tests", "latency.txt");

    public Measurements() => Assert.SkipUnless(Environment.GetEnvironmentVariable("FASTCAM_MEASURE") == "1", "measures rather than tests: make long latency");

    [Theory]
    [InlineData("rtsp", "ffmpeg")]
    [InlineData("rtsp", "gstreamer")]
    [InlineData("camera", "ffmpeg")]
    [InlineData("camera", "gstreamer")]
    [InlineData("camera", "opencv")]
    public async Task From_glass_to_page(string kind, string backend)
    {
        using var camera = kind == "camera" ? new TestCamera() : null;
        using var server = kind == "rtsp" ? new RtspServer() : null;
        var port = Ports.Free();
        var source = server?.Url("clock") ?? $"{camera!.Source}?size=640x480&rate=30";
        using var run = LiveRun.Start(source, camera?.Environment ?? [], "--capture", backend, "--sink", $"web://127.0.0.1:{port}");
        run.WaitFor("running");
        var ages = new Ages();
        foreach (var (jpeg, arrived) in await Watch(port))
        {
            if (Number(jpeg) is { } number)
                ages.Add(arrived, number);
        }
        run.Stop();
        Assert.True(ages.Count > Frames / 2, $"only {ages.Count} frames could be read");
        Write($"{kind} by {backend}: from glass to page {ages}");
    }

    [Fact]
    public void Four_streams_of_a_street_each_in_its_own_process()
    {
        using var server = new RtspServer("--file", Shared.Path("media", "video", "street.mp4"));
        var runs = new List<LiveRun>();
        try
        {
            for (var i = 0; i < 4; i++)
            {
                runs.Add(LiveRun.Start(server.Url("file")));
                runs[^1].WaitFor("running");
                var before = runs.ConvertAll(run => (Total: Resources.ProcessorTime(run.ProcessId), Capture: Capture(run)));
                var start = Stopwatch.StartNew();
                Thread.Sleep(8000);
                var each = runs.Select((run, at) =>
                {
                    var total = (Resources.ProcessorTime(run.ProcessId) - before[at].Total) / start.Elapsed;
                    var capture = (Capture(run) - before[at].Capture) / start.Elapsed;
                    return string.Create(CultureInfo.InvariantCulture, $"{total:P0} (capture {capture:P0})");
                });
                Write($"{runs.Count} RTSP streams of 768x576 at 10 frames/s: of a core {string.Join(", ", each)}");
            }
            runs.ForEach(run => run.Stop());
        }
        finally
        {
            runs.ForEach(run => run.Dispose());
        }
    }

    static TimeSpan Capture(LiveRun run) => Resources.Descendants(run.ProcessId).Aggregate(TimeSpan.Zero, (sum, child) => sum + Resources.ProcessorTime(child));

    static void Write(string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Report)!);
        File.AppendAllText(Report, line + Environment.NewLine);
    }

    static async Task<List<(byte[] Jpeg, long Arrived)>> Watch(int port)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", $"http://127.0.0.1:{port}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/live"), default);
        var frames = new List<(byte[], long)>();
        var buffer = new byte[1 << 21];
        for (var count = 0; count < Frames + Warm;)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), default);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            var arrived = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
            if (part.MessageType != WebSocketMessageType.Binary)
                continue;
            await socket.SendAsync(buffer.AsMemory(8, 8), WebSocketMessageType.Binary, true, default);
            var jpeg = (int)BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(56));
            if (count++ >= Warm)
                frames.Add((buffer[(length - jpeg)..length], arrived));
        }
        return frames;
    }

    static int? Number(byte[] jpeg)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, jpeg);
            var image = StillImage.Load(path);
            return BarCode.TryRead(image.Format, image.Planes().AsSpan(0, image.Format.LumaByteCount), out var number) ? number : null;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
