using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Video.Network.Rtsp;

/// <summary>
/// A relay between a capture child and an RTSP server. The child speaks plain RTSP without credentials to this machine, and
/// the relay signs in, encrypts, verifies and follows redirects. So credentials stand in no process list, TLS is verified whatever
/// the child's version can do, the child never goes past it, and what went wrong is known exactly. It accepts one connection, the first.
/// </summary>
sealed partial class RtspRelay : Companion
{
    /// <summary>How long the server is waited for to say that the session is over.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest between key frames: cameras that save on them have been seen to take minutes.</summary>
    static readonly TimeSpan LongestGroup = TimeSpan.FromMinutes(5);

    readonly TlsOptions _tls;
    readonly RedirectPolicy _policy;
    readonly bool _mayChangeTransport;
    readonly List<StreamAddress> _passed; // the addresses that led here; the last is the one that is played
    readonly CancellationTokenSource _stop = new();
    readonly TcpListener _listener;
    readonly string _localOrigin;
    readonly PacketCounter _packets = new();
    readonly Lock _gate = new(); // one talks to the server at a time, and nobody while it changes
    readonly Thread _toServer;
    readonly Thread _fromServer;
    readonly ManualResetEventSlim _connected = new();
    readonly ManualResetEventSlim _over = new();
    Stream _server;
    volatile Socket _serverSocket;
    volatile RtspExchange _exchange;
    volatile Socket? _client;
    volatile MediaException? _failure;
    volatile bool _clientGone;
    volatile bool _disposed;
    long _firstPacket;
    long _lastPacket;

    /// <summary>Connects to the server.</summary>
    /// <param name="address">The server and its stream.</param>
    /// <param name="tls">How its certificate is judged.</param>
    /// <param name="policy">Where it may lead.</param>
    /// <param name="mayChangeTransport">Whether the stream may come otherwise than it is asked for.</param>
    /// <param name="stop">Ends the attempt.</param>
    /// <exception cref="MediaException">Nothing answers there, or it cannot prove who it is.</exception>
    public RtspRelay(StreamAddress address, TlsOptions tls, RedirectPolicy policy, bool mayChangeTransport, CancellationToken stop)
    {
        (_tls, _policy, _mayChangeTransport, _passed) = (tls, policy, mayChangeTransport, [address]);
        (_server, _serverSocket) = TlsConnector.Connect(address, tls, policy, stop);
        _listener = new(IPAddress.Loopback, 0); // a listener has a socket from now on, so it is made only when the server has answered
        _listener.Start(1);
        _localOrigin = $"rtsp://{_listener.LocalEndpoint}";
        _exchange = new RtspExchange(address, mayChangeTransport);
        _toServer = new Thread(RelayRequests) { IsBackground = true, Name = "RTSP requests" };
        _fromServer = new Thread(RelayResponses) { IsBackground = true, Name = "RTSP responses" };
        _toServer.Start();
        _fromServer.Start();
    }

    /// <summary>The address that the child is to open.</summary>
    public string LocalUrl => _localOrigin + _passed[0].PathAndQuery;

    public override MediaException? Failure => _failure ?? _exchange.Failure;

    public override long PacketsLost => _packets.Lost;

    public override long? FrameDueSince
    {
        get
        {
            var (first, last) = (Volatile.Read(ref _firstPacket), Volatile.Read(ref _lastPacket));
            return first == 0 ? null : Math.Min(last, first + (long)(LongestGroup.TotalSeconds * Stopwatch.Frequency));
        }
    }

    /// <summary>Whether the server offers the stream by the other transport alone.</summary>
    public bool RefusesTransport => _exchange.RefusesTransport;

    /// <summary>The relay's own address says nothing, is another each time, and has the query, where some cameras want a password.</summary>
    public override string Translate(string log) => log.Replace(LocalUrl, _passed[0].Name).Replace(_localOrigin, _passed[0].Origin);

    public override void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _stop.Cancel();
        _listener.Stop();
        _client?.Dispose(); // then RelayRequests ends the session
        _connected.Set();
        if (!_toServer.Join(2 * Farewell))
            _serverSocket.Dispose(); // the server takes nothing any more
        _toServer.Join();
        _fromServer.Join();
        _server.Dispose();
        _connected.Dispose();
        _over.Dispose();
        _stop.Dispose();
    }

    void RelayRequests()
    {
        try
        {
            var client = _listener.AcceptSocket();
            _listener.Stop();
            client.NoDelay = true;
            _client = client;
            _connected.Set();
            using var stream = new NetworkStream(client);
            var wire = new RtspWire(stream);
            while (wire.Next(out var packet, out var message))
            {
                lock (_gate)
                    _server.Write(message is null ? packet : _exchange.Request(ToServer(message)));
            }
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException or InvalidDataException
            or InvalidOperationException)
        {
            // The child or the server is gone. The child's exit tells of its end, and RelayResponses of the server's.
        }

        _clientGone = true;
        EndSession();
        _serverSocket.Dispose();
    }

    // Some servers go on sending for a session that was not ended, and many have few to give.
    void EndSession()
    {
        try
        {
            lock (_gate)
            {
                if (_exchange.Teardown() is not { } request)
                    return;
                _server.Write(request);
            }

            _over.Wait(Farewell);
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            // The server was gone first.
        }
    }

    void RelayResponses()
    {
        try
        {
            _connected.Wait();
            if (_disposed)
                return;
            using var client = new NetworkStream(_client!);
            var wire = new RtspWire(_server);
            while (wire.Next(out var packet, out var message))
            {
                if (_exchange.IsOver)
                    break;
                if (message is null)
                    Pass(packet, client);
                else if (Answer(message) is { } answer)
                    Tell(client, ToClient(answer).ToBytes());
                else if (_exchange.Move is { } move)
                    wire = Follow(move);
            }

            Ended("the server closed the connection");
        }
        catch (MediaException error)
        {
            _failure = error;
        }
        catch (OperationCanceledException)
        {
            // It was stopped while it followed a redirect.
        }
        catch (InvalidDataException)
        {
            Ended("what the server sends is no RTSP");
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException)
        {
            Ended("the connection broke off");
        }

        _client?.Dispose();
        _over.Set();
    }

    void Pass(ReadOnlySpan<byte> packet, NetworkStream client)
    {
        _packets.Count(packet);
        if (PacketCounter.HasMedia(packet))
        {
            if (_firstPacket == 0)
                Volatile.Write(ref _firstPacket, Stopwatch.GetTimestamp());
            Volatile.Write(ref _lastPacket, Stopwatch.GetTimestamp());
        }

        Tell(client, packet);
    }

    // What the server sends behind the child's end is still read: its last answer is among it.
    void Tell(NetworkStream client, ReadOnlySpan<byte> bytes)
    {
        if (_clientGone)
            return;
        try
        {
            client.Write(bytes);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _clientGone = true;
        }
    }

    // When the child has ended, the end of the connection is no fault of the server's.
    void Ended(string reason)
    {
        if (!_clientGone)
            _exchange.Ended(reason);
    }

    /// <returns>What to tell the child; null when the message was a challenge or a redirect, which is answered here.</returns>
    RtspMessage? Answer(RtspMessage message)
    {
        lock (_gate)
        {
            if (_exchange.Response(message, out var again) is { } answer)
                return answer;
            _server.Write(again);
            return null;
        }
    }

    // The child has asked for the stream and has not been answered yet. It does not notice that another server answers.
    RtspWire Follow(RtspMove move)
    {
        var next = _policy.Follow(_passed, move.Location);
        if (move.Request.Method is not ("OPTIONS" or "DESCRIBE"))
            throw _passed[^1].Refused($"leads to {next.Name}, but only at {move.Request.Method}: give that address itself", Recovery.None);
        lock (_gate)
        {
            var (stream, socket) = TlsConnector.Connect(next, _tls, _policy, _stop.Token);
            _server.Dispose();
            _passed.Add(next);
            (_server, _serverSocket, _exchange) = (stream, socket, new RtspExchange(next, _mayChangeTransport));
            if (_disposed)
                socket.Dispose(); // Dispose may have seen the former one
            _server.Write(_exchange.Request(move));
            return new(_server);
        }
    }

    RtspMessage ToServer(RtspMessage message)
    {
        var address = _passed[^1];
        if (message.Uri == LocalUrl)
            message.Uri = address.Url;
        message.StartLine = message.StartLine.Replace(_localOrigin, address.Origin, StringComparison.OrdinalIgnoreCase);
        return message;
    }

    // Servers name themselves as they like: behind a router, by an address that means nothing here.
    RtspMessage ToClient(RtspMessage message)
    {
        foreach (var name in (ReadOnlySpan<string>)["Content-Base", "Content-Location", "RTP-Info"])
        {
            if (message[name] is { } value)
                message[name] = AnyOrigin().Replace(value, _localOrigin);
        }

        if (_passed.Count > 1 && message.Body.Length > 0 && message["Content-Base"] is null && message["Content-Location"] is null)
            message["Content-Base"] = _localOrigin + _passed[^1].PathAndQuery; // what is relative is so to the address that answered
        if (message["Transport"] is { } transport && transport.Contains("server_port") && !transport.Contains("source="))
            message["Transport"] = $"{transport};source={ServerIp()}"; // without it, the child takes the relay for the sender
        if (message.Body.Length > 0)
            message.Body = Encoding.Latin1.GetBytes(AnyOrigin().Replace(Encoding.Latin1.GetString(message.Body), _localOrigin));
        return message;
    }

    IPAddress ServerIp()
    {
        var ip = ((IPEndPoint)_serverSocket.RemoteEndPoint!).Address;
        return ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
    }

    [GeneratedRegex(@"rtsps?://[^/\s;,""]+", RegexOptions.IgnoreCase)]
    private static partial Regex AnyOrigin();
}

/// <summary>How RTP packets come.</summary>
enum RtspTransport
{
    /// <summary>They come within the RTSP connection: none is lost in between.</summary>
    Tcp,

    /// <summary>They come as datagrams: the delay is the lowest on a good network.</summary>
    Udp,
}

/// <summary>Counts the RTP packets that are missing between those that came (RFC 3550: 16-bit sequence numbers).</summary>
sealed class PacketCounter
{
    const int InterleavedHeader = 4, RtpHeader = 12;
    const int SequenceAt = InterleavedHeader + 2;
    const int LargestGap = 3000; // a larger gap is a new sequence and no loss (RFC 3550, A.1)

    readonly int[] _last = new int[256];
    long _lost;

    public PacketCounter() => Array.Fill(_last, -1);

    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Whether an interleaved packet, which is given with its header, is one of RTP with something in it.</summary>
    public static bool HasMedia(ReadOnlySpan<byte> packet) => packet.Length > InterleavedHeader + RtpHeader && (packet[1] & 1) == 0;

    /// <summary>Counts what is missing before an interleaved packet, which is given with its header.</summary>
    public void Count(ReadOnlySpan<byte> packet)
    {
        var channel = packet[1];
        if (packet.Length < SequenceAt + 2 || (channel & 1) != 0) // odd channels carry control packets
            return;
        var sequence = packet[SequenceAt] << 8 | packet[SequenceAt + 1];
        var gap = _last[channel] < 0 ? 1 : sequence - _last[channel] & 0xFFFF;
        if (gap is > 1 and <= LargestGap)
            Volatile.Write(ref _lost, _lost + gap - 1);
        _last[channel] = sequence;
    }
}
