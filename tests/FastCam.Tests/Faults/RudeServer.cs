using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace FastCam.Tests.Faults;

/// <summary>A TCP server that accepts, and then misbehaves.</summary>
sealed class RudeServer : IDisposable
{
    readonly LoopbackServer _server;
    readonly StringBuilder _received = new();

    RudeServer(Action<Socket> behave, IPAddress? address = null) => _server = new(behave, address);

    public int Accepted => _server.Accepted;

    public int Port => _server.Port;

    public static RudeServer Silent() => new(_ => { });

    public static RudeServer ClosesAtOnce() => new(socket => socket.Dispose());

    public static RudeServer SendsGarbage() => new(socket =>
    {
        var garbage = new byte[4096];
        new Random(1).NextBytes(garbage);
        for (var i = 0; i < 100; i++)
            socket.Send(garbage);
    });

    /// <summary>Answers every RTSP request with this status, behind which headers may follow.</summary>
    public static RudeServer Answers(string status, X509Certificate2? certificate = null) => Answers(
        request => $"RTSP/1.0 {status}\r\nCSeq: {Regex.Match(request, @"CSeq: (\d+)").Groups[1].Value}\r\n\r\n", certificate);

    /// <summary>Answers every request as a function says.</summary>
    /// <param name="answer">From a request to what is sent; empty: the connection is closed.</param>
    /// <param name="certificate">With its private key: it speaks TLS.</param>
    /// <param name="address">Where it listens; null: the loopback address.</param>
    public static RudeServer Answers(Func<string, string> answer, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        RudeServer? server = null;
        server = new(socket => server!.Talk(socket, answer, certificate), address);
        return server;
    }

    /// <summary>All requests that it has read.</summary>
    public string Received
    {
        get
        {
            lock (_received)
                return _received.ToString();
        }
    }

    public void Dispose() => _server.Dispose();

    void Talk(Socket socket, Func<string, string> answer, X509Certificate2? certificate)
    {
        using Stream stream = certificate is null ? new NetworkStream(socket, ownsSocket: true) : new SslStream(new NetworkStream(socket, ownsSocket: true));
        (stream as SslStream)?.AuthenticateAsServer(certificate!);
        var buffer = new byte[4096];
        for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            var request = Encoding.Latin1.GetString(buffer, 0, count);
            lock (_received)
                _received.Append(request);
            if (answer(request) is not { Length: > 0 } text)
                return;
            stream.Write(Encoding.Latin1.GetBytes(text));
        }
    }
}
