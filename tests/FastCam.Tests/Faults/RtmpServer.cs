using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace FastCam.Tests.Faults;

/// <summary>
/// An RTMP server on one port for all its lives. For each connection it starts FFmpeg, which serves one viewer, and stands before it; so it
/// can also encrypt.
/// </summary>
sealed class RtmpServer : IDisposable
{
    readonly LoopbackServer _front;
    readonly List<StreamSender> _senders = [];
    readonly string _clip;
    readonly X509Certificate2? _certificate;
    readonly List<byte[]> _heard = [];

    /// <param name="clip">What is served.</param>
    /// <param name="port">Where; 0: at a free port.</param>
    /// <param name="certificate">What it encrypts with; null: it does not.</param>
    public RtmpServer(string clip, int port = 0, X509Certificate2? certificate = null)
    {
        (_clip, _certificate) = (clip, certificate);
        _front = new(Serve, port: port);
    }

    public int Port => _front.Port;

    /// <summary>What viewers have asked first, after their greeting.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return string.Concat(_heard.Select(System.Text.Encoding.Latin1.GetString));
        }
    }

    public void Dispose()
    {
        _front.Dispose();
        lock (_senders)
            _senders.ForEach(sender => sender.Dispose());
    }

    void Serve(Socket client)
    {
        Stream viewer = new NetworkStream(client);
        if (_certificate is not null)
        {
            var encrypted = new SslStream(viewer);
            encrypted.AuthenticateAsServer(_certificate);
            viewer = encrypted;
        }

        var first = new byte[1];
        if (viewer.Read(first) == 0)
            return; // somebody only looked whether there is a server
        var port = Ports.Free();
        lock (_senders)
            _senders.Add(new(_clip, "-map", "0", "-c", "copy", "-f", "flv", "-listen", "1", $"rtmp://127.0.0.1:{port}/live/key"));
        var server = Connect(port);
        _front.Keep(server);
        var stream = new NetworkStream(server);
        stream.Write(first);
        new Thread(() => Copy(stream, viewer, client, hears: false)) { IsBackground = true }.Start();
        Copy(viewer, stream, server, hears: true);
    }

    static Socket Connect(int port)
    {
        for (var i = 0; ; i++)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                return socket;
            }
            catch (SocketException) when (i < 200)
            {
                socket.Dispose();
                Thread.Sleep(25); // FFmpeg is starting
            }
        }
    }

    void Copy(Stream from, Stream to, Socket end, bool hears)
    {
        var piece = new byte[65536];
        try
        {
            for (var count = from.Read(piece); count > 0; count = from.Read(piece))
            {
                if (hears)
                {
                    lock (_heard)
                        _heard.Add(piece[..count]);
                }

                to.Write(piece, 0, count);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // One of the two is gone.
        }

        end.Dispose();
    }
}
