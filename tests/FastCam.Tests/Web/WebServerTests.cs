using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace FastCam.Tests.Web;

/// <summary>Tests the page's server as somebody else's program sees it.</summary>
public sealed class WebServerTests : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly HttpClient _client = new();
    RunningPage? _page;

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        if (_page is not null)
            await _page.DisposeAsync();
    }

    async Task<Uri> Start(params string[] arguments)
    {
        _page = await RunningPage.StartAsync(arguments.Length > 0 ? arguments : ["--source", "test:640x360@30?frames=18000"]);
        return _page.Address;
    }

    [Fact]
    public async Task Frames_come_one_for_each_acknowledgement_and_the_account_of_the_viewer_agrees()
    {
        using var socket = await Connect(await Start());
        var sequences = new List<long>();
        JsonElement viewer = default;
        while (sequences.Count < 40 || viewer.GetProperty("delivered").GetInt64() < 40)
        {
            var (type, message) = await Receive(socket);
            if (type == WebSocketMessageType.Text)
            {
                viewer = JsonDocument.Parse(message).RootElement.GetProperty("viewer");
                Assert.True(viewer.GetProperty("balanced").GetBoolean());
                Assert.InRange(viewer.GetProperty("delivered").GetInt64(), 0, sequences.Count);
                continue;
            }
            sequences.Add((long)BinaryPrimitives.ReadDoubleLittleEndian(message.AsSpan(8)));
            if (sequences.Count > 40)
                continue;
            await Acknowledge(socket, sequences[^1]);
        }
        Assert.Equal(sequences.Order().Distinct(), sequences);
        Assert.Equal(40, viewer.GetProperty("delivered").GetInt64());
    }

    [Theory]
    [InlineData("api/session")]
    [InlineData("api/status")]
    public async Task The_page_is_told_which_stream_it_shows(string path)
    {
        var answer = await _client.GetFromJsonAsync<JsonElement>(new Uri(await Start(), path));

        Assert.Equal("main", answer.GetProperty("stream").GetString());
    }

    [Fact]
    public async Task Without_an_acknowledgement_nothing_more_is_sent_and_the_skipped_are_counted()
    {
        using var socket = await Connect(await Start());
        var frames = 0;
        long skipped = 0;
        while (skipped < 20)
        {
            var (type, message) = await Receive(socket);
            if (type == WebSocketMessageType.Binary)
            {
                frames++;
                continue;
            }
            var dropped = JsonDocument.Parse(message).RootElement.GetProperty("viewer").GetProperty("dropped");
            if (dropped.TryGetProperty("sink-behind", out var behind))
                skipped = behind.GetInt64();
        }
        Assert.Equal(1, frames);
        var ended = await _page!.StopAsync();
        var account = ended.GetProperty("ledger")[0];
        Assert.True(account.GetProperty("balanced").GetBoolean());
        Assert.True(account.GetProperty("delivered").GetInt64() > frames + skipped / 2, "what a viewer skips is no breach of the stream's promise");
    }

    [Fact]
    public async Task A_message_holds_the_frame_and_the_maps_that_it_announces()
    {
        using var socket = await Connect(await Start());
        byte[] message;
        do
        {
            message = await NextFrame(socket);
            await Acknowledge(socket, (long)BinaryPrimitives.ReadDoubleLittleEndian(message.AsSpan(8)));
        }
        while ((message[6] & 1) == 0);

        const int Header = 68;
        Assert.Equal(3, BinaryPrimitives.ReadUInt16LittleEndian(message));
        var sizesAt = Header + BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(64));
        Assert.Equal("main", Encoding.UTF8.GetString(message[Header..sizesAt]));
        var (count, predictions) = (Short(2), Short(4));
        Assert.Equal((6, 5), (count, predictions));
        Assert.Equal((640, 360), (Short(36), Short(38)));
        Assert.Equal([140f, 0f, 360f, 360f], Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(message.AsSpan(40 + 4 * i))));
        var maps = Enumerable.Range(0, count).Select(i => (int)Short(sizesAt + 4 * i)).ToArray();
        Assert.Equal([112, 56, 28, 14, 7, 7], maps); // The last is the class map's.
        Assert.Equal(2, message[6] & 2);
        var mapped = BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(60));
        Assert.Equal(BinaryPrimitives.ReadInt32LittleEndian(message.AsSpan(sizesAt + 4 * count)), mapped);
        var jpegAt = sizesAt + 4 * count + 8 * predictions + maps.Sum(side => side * side);
        var jpegLength = (int)BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(56));
        Assert.Equal(message.Length, jpegAt + jpegLength);
        Assert.Equal([0xff, 0xd8], message[jpegAt..(jpegAt + 2)]);
        Assert.Equal([0xff, 0xd9], message[^2..]);
        var (deepest, ofClass) = (message[(jpegAt - 98)..(jpegAt - 49)], message[(jpegAt - 49)..jpegAt]);
        Assert.True(deepest.Max() - deepest.Min() > 100);
        Assert.True(ofClass.Max() - ofClass.Min() > 200);
        Assert.NotEqual(deepest, ofClass);

        ushort Short(int at) => BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(at));
    }

    [Fact]
    public async Task Another_site_can_neither_open_the_frames_nor_switch_the_fit()
    {
        var page = await Start();
        var foreign = new[] { ("Origin", "http://evil.example"), ("Host", "evil.example"), ("Host", $"evil.example:{page.Port}"), ("Origin", "null") };
        foreach (var (header, value) in foreign)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page, "api/fit")) { Content = JsonContent.Create(new { fit = "stretch" }) };
            request.Headers.TryAddWithoutValidation(header, value);
            Assert.Equal(HttpStatusCode.Forbidden, (await _client.SendAsync(request)).StatusCode);

            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader(header, value);
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(LiveOf(page), CancellationToken.None));
        }
        Assert.Equal("crop", (await Status(page)).GetProperty("fit").GetString());
    }

    [Fact]
    public async Task The_page_itself_may_switch_the_fit()
    {
        var page = await Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(page, "api/fit")) { Content = JsonContent.Create(new { fit = "stretch" }) };
        request.Headers.Add("Origin", page.GetLeftPart(UriPartial.Authority));

        Assert.Equal(HttpStatusCode.NoContent, (await _client.SendAsync(request)).StatusCode);

        Assert.Equal("stretch", (await Status(page)).GetProperty("fit").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, (await _client.PostAsJsonAsync(new Uri(page, "api/fit"), new { fit = "round" })).StatusCode);
    }

    [Fact]
    public async Task Neither_a_settings_file_nor_the_environment_makes_it_listen_elsewhere()
    {
        using var folder = new TemporaryFolder();
        const string Settings = """{"Kestrel": {"Endpoints": {"x": {"Url": "http://127.0.0.2:5999"}}}, "urls": "http://127.0.0.2:5998"}""";
        folder.Write("appsettings.json", System.Text.Encoding.UTF8.GetBytes(Settings));
        (string, string)[] environment = [("Kestrel__Endpoints__y__Url", "http://127.0.0.2:5997"), ("ASPNETCORE_URLS", "http://127.0.0.2:5996")];
        _page = await RunningPage.StartInAsync(folder.Path, environment, "--source", "test:320x180@30?frames=9000");

        Assert.Equal("crop", (await Status(_page.Address)).GetProperty("fit").GetString());
        foreach (var port in new[] { 5996, 5997, 5998, 5999 })
            await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync($"http://127.0.0.2:{port}/"));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"fit\": null}")]
    [InlineData("[]")]
    public async Task A_malformed_request_is_a_bad_request(string body)
    {
        var page = await Start();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, (await _client.PostAsync(new Uri(page, "api/fit"), content)).StatusCode);
    }

    [Fact]
    public async Task Nothing_is_loaded_from_elsewhere()
    {
        var response = await _client.GetAsync(await Start());

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'self'", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.DoesNotContain("https://", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("../models/efficientnet-lite0.json")]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("%2e%2e/fastcam.deps.json")]
    public async Task Only_the_pages_own_files_are_served(string path)
    {
        var page = await Start();

        var literal = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        Assert.Equal(HttpStatusCode.NotFound, (await _client.GetAsync(new Uri($"{page}{path}", literal))).StatusCode);
    }

    [Fact]
    public async Task There_is_an_end_to_the_number_of_viewers()
    {
        var page = await Start();
        var sockets = new List<ClientWebSocket>();
        try
        {
            for (var i = 0; i < 32; i++)
                sockets.Add(await Connect(page));
            await Assert.ThrowsAsync<WebSocketException>(() => Connect(page));
            await sockets[0].CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            for (var start = DateTime.UtcNow; ; await Task.Delay(100))
            {
                try
                {
                    sockets.Add(await Connect(page));
                    break;
                }
                catch (WebSocketException) when (DateTime.UtcNow - start < Patience)
                {
                    // The place of the one that left is not free yet.
                }
            }
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
        Assert.Equal(33, sockets.Count);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0xf8, 0x7f })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff })]
    public async Task A_viewer_that_acknowledges_nonsense_is_dismissed_and_the_stream_goes_on(byte[] nonsense)
    {
        var page = await Start();
        using var bad = await Connect(page);
        await NextFrame(bad);
        await bad.SendAsync(nonsense, WebSocketMessageType.Binary, true, CancellationToken.None);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (true)
                await Receive(bad);
        });

        using var good = await Connect(page);
        Assert.NotEmpty(await NextFrame(good));
        var ended = await _page!.StopAsync();
        Assert.True(ended.GetProperty("ledger")[0].GetProperty("balanced").GetBoolean());
    }

    async Task<JsonElement> Status(Uri page) => JsonDocument.Parse(await _client.GetStringAsync(new Uri(page, "api/status"))).RootElement;

    static Uri LiveOf(Uri page) => new UriBuilder(page) { Scheme = "ws", Path = "/live" }.Uri;

    static async Task<ClientWebSocket> Connect(Uri page)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(LiveOf(page), CancellationToken.None);
        return socket;
    }

    static async Task Acknowledge(ClientWebSocket socket, long sequence)
    {
        var message = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(message, sequence);
        await socket.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
    }

    static async Task<byte[]> NextFrame(ClientWebSocket socket)
    {
        while (true)
        {
            if (await Receive(socket) is (WebSocketMessageType.Binary, var message))
                return message;
        }
    }

    static async Task<(WebSocketMessageType Type, byte[] Message)> Receive(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var message = new MemoryStream();
        var part = new byte[65536];
        while (true)
        {
            var received = await socket.ReceiveAsync(part, patience.Token);
            if (received.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException("The server closed.");
            message.Write(part, 0, received.Count);
            if (received.EndOfMessage)
                return (received.MessageType, message.ToArray());
        }
    }
}
