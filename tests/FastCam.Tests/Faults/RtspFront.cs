using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Faults;

/// <summary>Stands before a real RTSP server and changes the heads of its answers, so that they are as odd cameras write them.</summary>
sealed class RtspFront : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<Socket> _open = [];
    readonly int _server;
    readonly Func<string, string, string> _alter;

    /// <param name="server">The real server's port.</param>
    /// <param name="alter">From the method of the request, and the head of the answer with its empty line, to the head that is sent.</param>
    public RtspFront(int server, Func<string, string, string> alter)
    {
        (_server, _alter) = (server, alter);
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Url(string path) => $"rtsp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{path}";

    public void Dispose()
    {
        _listener.Stop();
        lock (_open)
            _open.ForEach(socket => socket.Dispose());
    }

    void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptSocket();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                server.Connect(IPAddress.Loopback, _server);
                lock (_open)
                    _open.AddRange([client, server]);
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
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    void Answers(Stream from, Stream to, Func<string> method)
    {
        var first = new byte[1];
        while (from.Read(first) > 0)
        {
            if (first[0] == '$')
            {
                var header = Take(from, 3);
                to.Write([.. first, .. header, .. Take(from, header[1] << 8 | header[2])]);
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
