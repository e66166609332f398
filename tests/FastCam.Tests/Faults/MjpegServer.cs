using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FastCam.Video.Frames;
using FastCam.Video.Jpeg;
using FastCam.Video.Sources;

namespace FastCam.Tests.Faults;

/// <summary>An HTTP server: /stream is MJPEG of the test pattern at 25 frames a second, /snapshot one JPEG; other paths are files of a folder.</summary>
sealed class MjpegServer : IDisposable
{
    static readonly Lazy<byte[][]> Frames = new(() => [.. Enumerable.Range(0, 50).Select(Jpeg)]);

    readonly string? _login;
    readonly string? _folder;
    readonly X509Certificate2? _certificate;
    readonly List<Socket> _open = [];
    TcpListener? _listener;
    volatile bool _stalled;
    volatile bool _held;

    /// <param name="login">USER:PASSWORD that it wants; null: none.</param>
    /// <param name="folder">Whose files it serves.</param>
    /// <param name="certificate">With its private key: it speaks TLS.</param>
    public MjpegServer(string? login = null, string? folder = null, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _login = login;
        _folder = folder;
        Port = Ports.Free();
        Start();
    }

    public int Port { get; }

    public string Url(string path) => _certificate is null ? $"http://127.0.0.1:{Port}/{path}" : $"https://localhost:{Port}/{path}";

    public void Start()
    {
        _ = Frames.Value;
        var listener = _listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        new Thread(() => Accept(listener)) { IsBackground = true }.Start();
    }

    public void Kill()
    {
        _listener!.Stop();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
            _open.Clear();
        }
    }

    public void Freeze() => _stalled = true;

    public void Thaw() => _stalled = false;

    /// <summary>From now on it sends the same frame, as a camera does whose sensor hangs.</summary>
    public void Hold() => _held = true;

    public void LetGo() => _held = false;

    public void Dispose() => Kill();

    void Accept(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var socket = listener.AcceptSocket();
                lock (_open)
                    _open.Add(socket);
                new Thread(() => Serve(socket)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The server was killed.
        }
    }

    void Serve(Socket socket)
    {
        try
        {
            using var stream = Open(socket);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            while (reader.ReadLine() is { } line)
            {
                var authorized = _login is null;
                while (reader.ReadLine() is { Length: > 0 } header)
                    authorized |= header == $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(_login ?? ""))}";
                Answer(stream, line.Split(' ')[1].TrimStart('/'), authorized);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The viewer left, or does not trust us, or we were killed.
        }
    }

    Stream Open(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (_certificate is null)
            return plain;
        var encrypted = new SslStream(plain);
        encrypted.AuthenticateAsServer(_certificate);
        return encrypted;
    }

    void Answer(Stream stream, string path, bool authorized)
    {
        if (!authorized)
            Send(stream, "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"camera\"", "text/plain", []);
        else if (path == "stream")
            Play(stream);
        else if (path == "snapshot")
            Send(stream, "200 OK", "image/jpeg", Frames.Value[Environment.TickCount64 / 40 % Frames.Value.Length]);
        else if (_folder is not null && File.Exists(Path.Combine(_folder, path)))
            Send(stream, "200 OK", "application/octet-stream", File.ReadAllBytes(Path.Combine(_folder, path)));
        else
            Send(stream, "404 Not Found", "text/plain", []);
    }

    void Play(Stream stream)
    {
        stream.Write("HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=part\r\n\r\n"u8);
        var clock = Stopwatch.StartNew();
        byte[]? held = null;
        for (var i = 0; ; i++)
        {
            while (_stalled || clock.Elapsed.TotalSeconds < i / 25.0)
                Thread.Sleep(2);
            held = _held ? held ?? Frames.Value[i % Frames.Value.Length] : null;
            var frame = held ?? Frames.Value[i % Frames.Value.Length];
            stream.Write(Encoding.ASCII.GetBytes($"--part\r\nContent-Type: image/jpeg\r\nContent-Length: {frame.Length}\r\n\r\n"));
            stream.Write(frame);
            stream.Write("\r\n"u8);
        }
    }

    static void Send(Stream stream, string status, string type, byte[] body)
    {
        stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"));
        stream.Write(body);
    }

    static byte[] Jpeg(int number)
    {
        var format = new FrameFormat(640, 360);
        using var pattern = new TestPattern(format, new(25, 1), null);
        using var encoder = new JpegEncoder();
        var pixels = new byte[format.ByteCount];
        pattern.Draw(pixels, number);
        var jpeg = new byte[JpegEncoder.MaximumByteCount(format)];
        return jpeg[..encoder.Encode(format, pixels, 90, jpeg)];
    }
}
