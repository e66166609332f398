using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Faults;

/// <summary>Stands before a real RTSP server and changes the heads of its answers, or its packets, so that they are as odd cameras write them.</summary>
sealed class RtspFront : IDisposable
{
    readonly LoopbackServer _front;
    readonly int _server;
    readonly Func<string, string, string> _alter;
    readonly Action<byte[]> _alterPacket;

    /// <param name="server">The real server's port.</param>
    /// <param name="alter">From the method of the request, and the head of the answer with its empty line, to the head that is sent.</param>
    /// <param name="alterPacket">Changes an RTP packet that comes within the connection, in place; null: none is changed.</param>
    public RtspFront(int server, Func<string, string, string> alter, Action<byte[]>? alterPacket = null)
    {
        (_server, _alter, _alterPacket) = (server, alter, alterPacket ?? (static _ => { }));
        _front = new(Serve);
    }

    public string Url(string path) => $"rtsp://127.0.0.1:{_front.Port}/{path}";

    public void Dispose() => _front.Dispose();

    void Serve(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _front.Keep(server);
        server.Connect(IPAddress.Loopback, _server);
        var method = "";
        Relay(client, server, to =>
        {
            var buffer = new byte[65536];
            for (var count = client.Receive(buffer); count > 0; count = client.Receive(buffer))
            {
                if (Regex.Match(Encoding.Latin1.GetString(buffer, 0, count), @"^[A-Z_]+(?= \S+ RTSP)") is { Success: true } request)
                    method = request.Value;
                to.Write(buffer.AsSpan(0, count));
            }
        });
        Relay(server, client, to => Answers(new BufferedStream(new NetworkStream(server)), to, () => method));
    }

    void Answers(Stream from, Stream to, Func<string> method)
    {
        var first = new byte[1];
        while (from.Read(first) > 0)
        {
            if (first[0] == '$')
            {
                var header = Take(from, 3);
                var packet = Take(from, header[1] << 8 | header[2]);
                if ((header[0] & 1) == 0) // odd channels carry control packets
                    _alterPacket(packet);
                to.Write([.. first, .. header, .. packet]);
                continue;
            }

            var head = new StringBuilder().Append((char)first[0]);
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                head.Append((char)Take(from, 1)[0]);
            var length = Regex.Match($"{head}", @"Content-Length: (\d+)") is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
            to.Write([.. Encoding.Latin1.GetBytes(_alter(method(), $"{head}")), .. Take(from, length)]);
        }
    }

    static byte[] Take(Stream from, int count)
    {
        var bytes = new byte[count];
        from.ReadExactly(bytes);
        return bytes;
    }

    static void Relay(Socket from, Socket to, Action<Stream> copy) => new Thread(() =>
    {
        try
        {
            copy(new NetworkStream(to));
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // One of the two is gone.
        }

        from.Dispose();
        to.Dispose();
    })
    { IsBackground = true }.Start();
}
