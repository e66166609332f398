using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Faults;

/// <summary>A TCP server that accepts, and then misbehaves.</summary>
sealed class RudeServer : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly List<Socket> _open = [];
    readonly Action<Socket> _behave;
    int _accepted;

    RudeServer(Action<Socket> behave)
    {
        _behave = behave;
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Accepted => Volatile.Read(ref _accepted);

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static RudeServer Silent() => new(_ => { });

    public static RudeServer ClosesAtOnce() => new(socket => socket.Dispose());

    public static RudeServer SendsGarbage() => new(socket =>
    {
        var garbage = new byte[4096];
        new Random(1).NextBytes(garbage);
        for (var i = 0; i < 100; i++)
            socket.Send(garbage);
    });

    /// <summary>Answers every RTSP request with this status.</summary>
    public static RudeServer Answers(string status) => new(socket =>
    {
        var buffer = new byte[4096];
        for (var count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
        {
            var number = Regex.Match(Encoding.ASCII.GetString(buffer, 0, count), @"CSeq: (\d+)").Groups[1].Value;
            socket.Send(Encoding.ASCII.GetBytes($"RTSP/1.0 {status}\r\nCSeq: {number}\r\n\r\n"));
        }
    });

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
                var socket = _listener.AcceptSocket();
                Interlocked.Increment(ref _accepted);
                lock (_open)
                    _open.Add(socket);
                new Thread(() => Behave(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
    }

    void Behave(Socket socket)
    {
        try
        {
            _behave(socket);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The other side has had enough.
        }
    }
}
