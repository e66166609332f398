using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using FastCam.Tests.Faults;
using FastCam.Video;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;
using FastCam.Video.Network.Http;

namespace FastCam.Tests.Video;

/// <summary>Redirects and logins over HTTP, and what a playlist names.</summary>
public sealed class HttpFetcherTests
{
    const string Body = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

    static readonly Login Somebody = new("viewer", "pa55");

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void A_redirect_is_followed_without_the_login(int status)
    {
        using var target = RudeServer.Answers(_ => Body);
        using var server = RudeServer.Answers(request => request.Contains("GET /a ")
            ? Moved(status, "/b")
            : request.Contains("Authorization: Basic") ? Moved(status, $"http://127.0.0.1:{target.Port}/c") : Challenge("Basic realm=\"r\""));
        Assert.Equal("body", Fetch(Address(server, "/a"), out var place));
        Assert.Equal($"http://127.0.0.1:{target.Port}/c", place.Url);
        Assert.Contains("Authorization", server.Received);
        Assert.DoesNotContain("Authorization", target.Received);
    }

    [Fact]
    public void A_connection_is_used_again()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a"), new string('a', 10));
        File.WriteAllText(folder.File("b"), new string('b', 300_000));
        using var server = new MjpegServer(folder: folder.Path);
        var fetcher = new HttpFetcher(new("http", "127.0.0.1", server.Port, "/"), new());
        Limited.Run(
            () =>
            {
                foreach (var (name, length) in new[] { ("a", 10), ("b", 300_000), ("a", 10), ("b", 300_000) })
                {
                    using var response = fetcher.Get(new("http", "127.0.0.1", server.Port, $"/{name}"), default, out _);
                    using var reader = new StreamReader(response.Content.ReadAsStream());
                    Assert.Equal(new string(name[0], length), reader.ReadToEnd());
                    Thread.Sleep(50);
                }
            },
            seconds: 10);
    }

    [Theory]
    [InlineData("/again", "circle")]
    [InlineData("", "does not say where to")]
    [InlineData("rtsp://127.0.0.1/", "no HTTP")]
    public void A_redirect_that_leads_nowhere_is_said(string location, string part)
    {
        using var server = RudeServer.Answers(_ => Moved(302, location));
        Assert.Contains(part, Assert.Throws<MediaException>(() => Fetch(Address(server, "/a"), out _)).Message);
        Assert.InRange(server.Accepted, 1, 6);
    }

    [Fact]
    public void Encryption_is_not_lost_on_the_way_nor_by_a_playlist()
    {
        using var plain = RudeServer.Answers(_ => Body);
        var to = $"http://localhost:{plain.Port}/b";
        using var certificate = SelfSigned.Create();
        using var server = RudeServer.Answers(
            request => request.Contains("/a ") ? Moved(302, to) : $"HTTP/1.1 200 OK\r\nContent-Length: {to.Length + 8}\r\n\r\n#EXTM3U\n{to}", certificate);
        var redirect = Assert.Throws<MediaException>(() => Fetch(Address(server, "/a", "https"), out _));
        Assert.Contains($"leads to {to}, which is not encrypted", redirect.Message);

        var address = Address(server, "/p.m3u8", "https");
        var fetcher = new HttpFetcher(address, new TlsOptions(Insecure: true));
        using var response = fetcher.Get(address, TestContext.Current.CancellationToken, out var place);
        using var stream = Begin(fetcher, place, response);
        Assert.Contains("not encrypted", Assert.Throws<MediaException>(stream.NextPart).Message);
        Assert.Equal(0, plain.Accepted);
    }

    [Fact]
    public void What_a_playlist_names_is_relative_to_where_it_came_from()
    {
        using var server = RudeServer.Answers(request => request switch
        {
            _ when request.Contains("/m.m3u8 ") => Text("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nold/p.m3u8\n"),
            _ when request.Contains("/old/p.m3u8 ") => Moved(302, "/new/p.m3u8"),
            _ when request.Contains("/new/p.m3u8 ") => Text("#EXTM3U\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:1,\ns\n#EXT-X-ENDLIST\n"),
            _ when request.Contains("/new/i ") => Text("map "),
            _ when request.Contains("/new/s ") => Text("segment"),
            _ => "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
        });
        var address = Address(server, "/m.m3u8");
        var fetcher = new HttpFetcher(address, new TlsOptions());
        using var response = fetcher.Get(address, TestContext.Current.CancellationToken, out var place);
        using var stream = Begin(fetcher, place, response);
        Assert.Equal("map segment", new StreamReader(stream.NextPart()!).ReadToEnd());
    }

    [Theory]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256, Digest realm=\"r\", nonce=\"n\", algorithm=MD5, Basic realm=\"r\"", "auth")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", "auth-int")]
    public void Of_several_challenges_in_one_header_the_strongest_that_is_known_is_answered(string challenge, string quality)
    {
        using var server = RudeServer.Answers(request => request.Contains("Authorization: ") ? Body : Challenge(challenge));
        var address = Address(server, "/a?b");
        var fetcher = new HttpFetcher(address, new TlsOptions());
        for (var i = 0; i < 2; i++)
            fetcher.Get(address, TestContext.Current.CancellationToken, out _).Dispose();
        Assert.Equal(3, Regex.Count(server.Received, "GET /a")); // the second time it is not asked again
        var header = Regex.Match(server.Received, "Authorization: (.*)").Groups[1].Value;
        var request = Hash(quality == "auth-int" ? $"GET:/a?b:{Hash("")}" : "GET:/a?b");
        var protection = quality == "auth-int" ? $":00000001:{Value("cnonce")}:auth-int" : "";
        Assert.Equal(Hash($"{Hash("viewer:r:pa55")}:n{protection}:{request}"), Value("response"));

        string Value(string name) => Regex.Match(header, $" {name}=\"?([^\", ]+)").Groups[1].Value;
        static string Hash(string text) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void A_login_of_an_unknown_kind_is_named()
    {
        using var server = RudeServer.Answers(_ => Challenge("Negotiate"));
        var address = Address(server, "/a");
        var fetcher = new HttpFetcher(address, new TlsOptions());
        using var response = fetcher.Get(address, TestContext.Current.CancellationToken, out var place);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("(Negotiate)", place.Unauthorised(fetcher.UnknownLogin).Message);
        Assert.DoesNotContain("Authorization", server.Received);
    }

    // A server of this machine is reached by its other address, as one from elsewhere would be. What is sent there stays within the machine.
    [Fact]
    public void A_server_from_elsewhere_does_not_lead_to_this_machine()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(each => each.Address)
            .FirstOrDefault(ip => ip.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(ip) && ip.GetAddressBytes()[0] != 169);
        Assert.SkipUnless(own is not null, "needs a network card with an IPv4 address");
        using var inner = RudeServer.Answers(_ => Body);
        using var server = RudeServer.Answers(
            request => request.Contains("/a ") ? Moved(302, $"http://localhost:{inner.Port}/admin") : Text($"#EXTM3U\nhttp://127.0.0.1:{inner.Port}/admin\n"),
            address: own);
        var first = new StreamAddress("http", $"{own}", server.Port, "/a");
        Assert.Contains("this machine", Assert.Throws<MediaException>(() => Fetch(first, out _)).Message);

        var fetcher = new HttpFetcher(first with { PathAndQuery = "/p.m3u8" }, new TlsOptions());
        using var response = fetcher.Get(first with { PathAndQuery = "/p.m3u8" }, TestContext.Current.CancellationToken, out var place);
        using var stream = Begin(fetcher, place, response);
        Assert.Contains("this machine", Assert.Throws<MediaException>(stream.NextPart).Message);
        Assert.Equal(0, inner.Accepted);
    }

    static HlsStream Begin(HttpFetcher fetcher, StreamAddress place, HttpResponseMessage response)
    {
        var stream = new HlsStream(fetcher, place);
        stream.Begin(response.Content.ReadAsStream(TestContext.Current.CancellationToken));
        return stream;
    }

    static StreamAddress Address(RudeServer server, string path, string scheme = "http") =>
        new(scheme, scheme == "http" ? "127.0.0.1" : "localhost", server.Port, path, Somebody);

    static string Fetch(StreamAddress address, out StreamAddress place)
    {
        using var response = new HttpFetcher(address, new TlsOptions(Insecure: true)).Get(address, TestContext.Current.CancellationToken, out place);
        return new StreamReader(response.Content.ReadAsStream()).ReadToEnd();
    }

    static string Moved(int status, string location) => $"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n";

    static string Challenge(string challenge) => $"HTTP/1.1 401 No\r\nWWW-Authenticate: {challenge}\r\nContent-Length: 0\r\n\r\n";

    static string Text(string text) => $"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}";
}
