using System.Net.Sockets;
using System.Text;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>What a server was asked: the path with its query, and the headers by their names in small letters.</summary>
sealed record HttpAsked(string Path, IReadOnlyDictionary<string, string> Headers);

/// <summary>A server whose every byte a test decides: after each answer the connection is closed.</summary>
sealed class HttpPeer : IDisposable
{
    static readonly FrameFormat Format = new(320, 180);

    readonly Action<HttpAsked, Stream> _answer;
    readonly List<HttpAsked> _asked = [];
    readonly LoopbackServer _server;

    public HttpPeer(Action<HttpAsked, Stream> answer)
    {
        _answer = answer;
        _server = new(Serve);
    }

    /// <summary>All that it was asked so far.</summary>
    public IReadOnlyList<HttpAsked> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    public string Url(string path) => $"http://127.0.0.1:{_server.Port}/{path}";

    /// <summary>The test pattern's image of this number, which its bar code tells.</summary>
    public static byte[] Jpeg(int number)
    {
        using var pattern = new TestPattern(Format, new(25, 1), null);
        using var encoder = new JpegEncoder();
        var pixels = new byte[Format.ByteCount];
        pattern.Draw(pixels, number);
        var jpeg = new byte[JpegEncoder.MaximumByteCount(Format)];
        return jpeg[..encoder.Encode(Format, pixels, 90, jpeg)];
    }

    /// <summary>Writes a head of these lines.</summary>
    public static void Head(Stream stream, params ReadOnlySpan<string> lines) => Text(stream, string.Join("\r\n", lines.ToArray()) + "\r\n\r\n");

    public static void Text(Stream stream, string text) => stream.Write(Encoding.Latin1.GetBytes(text));

    public void Dispose() => _server.Dispose();

    void Serve(Socket socket)
    {
        using var stream = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        if (reader.ReadLine()?.Split(' ') is not [_, var path, ..])
            return;
        var headers = new Dictionary<string, string>();
        while (reader.ReadLine() is { Length: > 0 } line)
            headers[line[..line.IndexOf(':')].ToLowerInvariant()] = line[(line.IndexOf(':') + 1)..].Trim();
        var asked = new HttpAsked(path, headers);
        lock (_asked)
            _asked.Add(asked);
        _answer(asked, stream);
    }
}
