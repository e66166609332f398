using System.Globalization;
using System.Text;
using FastCam.Video.Network;
using FastCam.Video.Network.Hls;
using FastCam.Video.Network.Http;

namespace FastCam.Tests.Faults;

/// <summary>An HTTP server of playlists and segments that a test holds in memory.</summary>
sealed class HlsServer : IDisposable
{
    readonly HttpPeer _peer;
    readonly Dictionary<string, byte[]> _files = [];

    public HlsServer() => _peer = new(Answer);

    /// <summary>The range that is sent, from the first and last byte that were asked for and the file's length; null: all of the file is.</summary>
    public Func<long, long, long, (long First, long Last)?> Ranges { get; set; } = (first, last, length) => (first, Math.Min(last, length - 1));

    /// <summary>The status of an answer that has no file, from the path and how often that was asked for before; null: the file is sent.</summary>
    public Func<string, int, string?> Refusal { get; set; } = (_, _) => null;

    /// <summary>How many bytes of a file are sent before the connection breaks, from the path and how often that was asked for before; null: all.</summary>
    public Func<string, int, int?> Break { get; set; } = (_, _) => null;

    public IReadOnlyList<HttpAsked> Asked => _peer.Asked;

    public string Url(string path) => _peer.Url(path);

    public int CountOf(string path) => Asked.Count(asked => asked.Path == "/" + path);

    /// <summary>Adds a file, or puts another in its place.</summary>
    public void Put(string path, byte[] file)
    {
        lock (_files)
            _files[path] = file;
    }

    public void Put(string path, string text) => Put(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds all files of a folder.</summary>
    public void PutAll(string folder)
    {
        foreach (var file in Directory.GetFiles(folder))
            Put(Path.GetFileName(file), File.ReadAllBytes(file));
    }

    /// <summary>Opens a stream by its playlist.</summary>
    public HlsStream Open(string path, Login? login = null)
    {
        var url = new Uri(Url(path));
        var address = new StreamAddress("http", url.Host, url.Port, url.PathAndQuery, login);
        var fetcher = new HttpFetcher(address, new TlsOptions());
        using var response = fetcher.Get(address, CancellationToken.None, out var place);
        var stream = new HlsStream(fetcher, place);
        stream.Begin(response.Content.ReadAsStream());
        return stream;
    }

    public void Dispose() => _peer.Dispose();

    void Answer(HttpAsked asked, Stream stream)
    {
        var path = asked.Path.TrimStart('/');
        var before = CountOf(path) - 1;
        byte[]? file;
        lock (_files)
            file = _files.GetValueOrDefault(path);
        if ((Refusal(path, before) ?? (file is null ? "404 Not Found" : null)) is { } status)
        {
            HttpPeer.Head(stream, $"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close");
            return;
        }

        var sent = file.AsSpan();
        var range = "";
        if (asked.Headers.GetValueOrDefault("range") is { } header)
        {
            var bounds = header["bytes=".Length..].Split('-');
            if (Ranges(Number(bounds[0]), Number(bounds[1]), sent.Length) is var (first, last))
            {
                sent = sent[(int)first..((int)last + 1)];
                range = $"\r\nContent-Range: bytes {first}-{last}/{file!.Length}";
            }
        }

        var answer = range.Length > 0 ? "206 Partial Content" : "200 OK";
        HttpPeer.Head(stream, $"HTTP/1.1 {answer}", $"Content-Length: {sent.Length}{range}", "Connection: close");
        stream.Write(Break(path, before) is { } most ? sent[..most] : sent);
    }

    static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
