using System.Net;
using System.Net.Sockets;
using FastCam.Video.FFmpeg;

namespace FastCam.Video.Network;

/// <summary>
/// A relay between a capture child and an RTMP server. The child speaks plain RTMP to this machine, and the relay connects, encrypts and
/// verifies. So TLS is verified whatever the child's version can do, the child never goes past it, and why nothing answers is known exactly.
/// </summary>
sealed class RtmpRelay : Companion
{
    /// <summary>Signing in, FFmpeg connects anew after each of the server's two challenges.</summary>
    const int MostConnections = 3;

    readonly StreamAddress _address;
    readonly TlsOptions _tls;
    readonly RedirectPolicy _policy = new();
    readonly CancellationTokenSource _stop = new();
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Lock _gate = new();
    readonly Thread _relay;
    Stream _server;
    Socket _serverSocket;
    Socket? _client;
    volatile MediaException? _failure;
    bool _disposed;

    /// <summary>Connects to the server.</summary>
    /// <exception cref="MediaException">Nothing answers there, or it cannot prove who it is.</exception>
    public RtmpRelay(StreamAddress address, TlsOptions tls, CancellationToken stop)
    {
        (_address, _tls) = (address, tls);
        (_server, _serverSocket) = TlsConnector.Connect(address, tls, _policy, stop);
        _listener.Start(1);
        Script = ScriptFor(address, $"{_listener.LocalEndpoint}");
        _relay = new Thread(Relay) { IsBackground = true, Name = "RTMP relay" };
        _relay.Start();
    }

    /// <summary>What the child is to open.</summary>
    public FFmpegScript Script { get; }

    public override MediaException? Failure => _failure;

    public override string Translate(string log) => Script.Translate(log, _address.Name).Replace($"{_listener.LocalEndpoint}", _address.Host);

    public override void Attach(Stream input) => Script.WriteTo(input);

    public override void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _serverSocket.Dispose();
            _client?.Dispose();
        }

        _stop.Cancel();
        _listener.Stop();
        _relay.Join();
        _server.Dispose();
        _stop.Dispose();
    }

    /// <summary>
    /// The options that play RTMP with the least delay. Sound that comes first must not pass for all that there is, and a stream without
    /// sound is to begin within a second: FFmpeg looks for sound as long as it may.
    /// </summary>
    public static FFmpegScript Options(FFmpegScript script) =>
        script.With("probesize", "500000").With("analyzeduration", "1000000").With("fpsprobesize", "0");

    static FFmpegScript ScriptFor(StreamAddress address, string place)
    {
        var login = address.Login is { } given ? $"{given.User}:{given.Password}@" : "";
        return Options(new FFmpegScript($"rtmp://{login}{place}{address.PathAndQuery}", "rtmp,tcp", "flv")
            .With("rtmp_live", "live")
            .With("rtmp_tcurl", $"{address.Origin}/{AppOf(address.PathAndQuery)}") // the child would name the relay
            .Hiding(address.PathAndQuery[1..])
            .Hiding(address.RtmpKey)
            .Hiding(address.RtmpKey?.Split('?')[0]));
    }

    // FFmpeg takes the first part of a path for the application, or the first two where there are three.
    static string AppOf(string path)
    {
        var parts = path.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('/', parts.Take(parts.Length > 2 ? 2 : 1));
    }

    void Relay()
    {
        try
        {
            for (var i = 0; i < MostConnections; i++)
            {
                var client = _listener.AcceptSocket();
                client.NoDelay = true;
                if (!Take(client, i > 0 ? ConnectFor(client) : null))
                    return;
                _failure = null;
                Relay(client);
            }
        }
        catch (MediaException error)
        {
            _failure = error;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It was closed.
        }
    }

    (Stream Stream, Socket Socket) ConnectFor(Socket client)
    {
        try
        {
            return TlsConnector.Connect(_address, _tls, _policy, _stop.Token);
        }
        catch
        {
            client.Dispose(); // or the child would wait for an answer
            throw;
        }
    }

    /// <returns>False once it is closed.</returns>
    bool Take(Socket client, (Stream Stream, Socket Socket)? server)
    {
        lock (_gate)
        {
            _client = client;
            if (server is { } next)
            {
                _server.Dispose();
                (_server, _serverSocket) = next;
            }

            if (!_disposed)
                return true;
            client.Dispose();
            _serverSocket.Dispose();
            return false;
        }
    }

    void Relay(Socket client)
    {
        var isClientGone = false;
        var (server, serverSocket) = (_server, _serverSocket);
        using var stream = new NetworkStream(client);
        var requests = new Thread(() =>
        {
            Copy(stream, server);
            Volatile.Write(ref isClientGone, true);
            serverSocket.Dispose();
        })
        { IsBackground = true, Name = "RTMP requests" };
        requests.Start();
        Copy(server, stream);
        if (!Volatile.Read(ref isClientGone))
            _failure = new(MediaFault.SourceFailed, $"{_address}: the server closed the connection.");
        client.Dispose();
        requests.Join();
    }

    static void Copy(Stream from, Stream to)
    {
        var piece = new byte[64 * 1024];
        try
        {
            for (var count = from.Read(piece); count > 0; count = from.Read(piece))
                to.Write(piece, 0, count);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the two is gone. The child's exit tells of its end.
        }
    }
}
