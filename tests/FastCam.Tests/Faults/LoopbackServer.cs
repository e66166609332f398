using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace FastCam.Tests.Faults;

/// <summary>A TCP server in the tests' own process: a thread for each connection, and at the end none is left open.</summary>
sealed class LoopbackServer : IDisposable
{
    readonly TcpListener _listener;
    readonly List<Socket> _open = [];
    readonly Action<Socket> _serve;
    int _accepted;

    /// <param name="serve">What to do with a connection, on its own thread; it may end by the connection's end.</param>
    /// <param name="address">Where to listen; null: the loopback address.</param>
    /// <param name="port">Its port; 0: a free one.</param>
    public LoopbackServer(Action<Socket> serve, IPAddress? address = null, int port = 0)
    {
        _serve = serve;
        _listener = new(address ?? IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public int Port { get; }

    /// <summary>How many connections there were.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Closes another socket at the end, as those that were accepted.</summary>
    public void Keep(Socket socket)
    {
        lock (_open)
            _open.Add(socket);
    }

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
                Keep(socket);
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (Exception error) when (error is SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    void Serve(Socket socket)
    {
        try
        {
            _serve(socket);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or IOException or AuthenticationException)
        {
            // The other side has had enough.
        }
    }
}
