using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Faults;

/// <summary>Stands before a real RTSP server and changes what goes by, so that it is as odd cameras have it.</summary>
/// <param name="server">The real server's port.</param>
sealed class RtspFront(int server) : IDisposable
{
    readonly List<string> _requests = [];
    LoopbackServer? _front;

    /// <summary>From the method of the request, and the head of the answer with its empty line, to the head that is sent.</summary>
    public Func<string, string, string> Head { get; init; } = static (_, head) => head;

    /// <summary>From the stream's description to the one that is sent.</summary>
    public Func<string, string> Description { get; init; } = static text => text;

    /// <summary>From a packet that comes within the connection, with its four bytes of header, to what is sent. Odd channels carry control packets.</summary>
    public Func<byte[], byte[]> Packet { get; init; } = static packet => packet;

    /// <summary>Answers a request in the server's stead; null: the server is asked.</summary>
    public Func<string, string?> Answer { get; init; } = static _ => null;

    /// <summary>The methods of all requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    public int Accepted => Front.Accepted;

    LoopbackServer Front => _front ??= new(Serve);

    /// <summary>The address of the front; with the first one, it listens.</summary>
    public string Url(string path) => $"rtsp://127.0.0.1:{Front.Port}/{path}";

    public void Dispose() => _front?.Dispose();

    /// <summary>The number of a request.</summary>
    public static int Number(string request) => int.Parse(Regex.Match(request, @"CSeq: (\d+)").Groups[1].Value);

    void Serve(Socket client)
    {
        var real = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Front.Keep(real);
        real.Connect(IPAddress.Loopback, server);
        var (method, toClient) = ("", new Lock());
        Relay(client, real, to =>
        {
            var buffer = new byte[65536];
            for (var count = client.Receive(buffer); count > 0; count = client.Receive(buffer))
            {
                var request = Encoding.Latin1.GetString(buffer, 0, count);
                if (Regex.Match(request, @"^[A-Z_]+(?= \S+ RTSP)") is { Success: true } match)
                {
                    lock (_requests)
                        _requests.Add(method = match.Value);
                    if (Answer(request) is { } answer)
                    {
                        lock (toClient)
                            client.Send(Encoding.Latin1.GetBytes(answer));
                        continue;
                    }
                }

                to.Write(buffer.AsSpan(0, count));
            }
        });
        Relay(real, client, to => Answers(new BufferedStream(new NetworkStream(real)), bytes =>
        {
            lock (toClient)
                to.Write(bytes);
        }, () => method));
    }

    void Answers(Stream from, Action<byte[]> send, Func<string> method)
    {
        var first = new byte[1];
        while (from.Read(first) > 0)
        {
            if (first[0] == '$')
            {
                var header = Take(from, 3);
                send(Packet([.. first, .. header, .. Take(from, header[1] << 8 | header[2])]));
                continue;
            }

            var head = new StringBuilder().Append((char)first[0]);
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                head.Append((char)Take(from, 1)[0]);
            var length = Regex.Match($"{head}", @"Content-Length: (\d+)") is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
            var body = Encoding.Latin1.GetString(Take(from, length));
            if (length > 0 && method() == "DESCRIBE")
                body = Description(body);
            var sent = Regex.Replace($"{head}", @"Content-Length: \d+", $"Content-Length: {body.Length}");
            send(Encoding.Latin1.GetBytes(Head(method(), sent) + body));
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
