using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace FastCam.Tests.Faults;

/// <summary>An RTMP server that refuses each viewer, with the next of its answers.</summary>
sealed class RefusingRtmpServer : IDisposable
{
    const int Greeting = 1536; // bytes of each half of the handshake, behind a byte of version
    const int ChunkSize = 128; // what a chunk holds until another size is agreed on

    readonly LoopbackServer _server;
    readonly string[] _answers;
    readonly List<string> _asked = [];

    public RefusingRtmpServer(params string[] answers)
    {
        _answers = answers;
        _server = new(Serve);
    }

    public int Port => _server.Port;

    /// <summary>What each viewer asked to connect with.</summary>
    public IReadOnlyList<string> Asked
    {
        get
        {
            lock (_asked)
                return [.. _asked];
        }
    }

    public void Dispose() => _server.Dispose();

    void Serve(Socket client)
    {
        using var stream = new NetworkStream(client);
        var first = new byte[1 + Greeting];
        stream.ReadExactly(first);
        stream.Write([3, .. new byte[Greeting], .. first[1..]]);
        stream.ReadExactly(new byte[Greeting]);
        var piece = new byte[4096];
        var asked = Encoding.Latin1.GetString(piece, 0, stream.Read(piece));
        string answer;
        lock (_asked)
        {
            answer = _answers[Math.Min(_asked.Count, _answers.Length - 1)];
            _asked.Add(asked);
        }

        stream.Write(Refusal(answer));
        while (stream.Read(piece) > 0)
        {
            // It is the viewer who leaves.
        }
    }

    /// <summary>A command in AMF: the name, the number of the request, nothing, and an object that says why.</summary>
    static byte[] Refusal(string description)
    {
        byte[] body =
        [
            2, .. Text("_error"), 0, .. Number(1), 5,
            3, .. Text("level"), 2, .. Text("error"), .. Text("code"), 2, .. Text("NetConnection.Connect.Rejected"),
            .. Text("description"), 2, .. Text(description), 0, 0, 9,
        ];
        var chunks = new List<byte>([3, 0, 0, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, 20, 0, 0, 0, 0]);
        for (var at = 0; at < body.Length; at += ChunkSize)
            chunks.AddRange([.. at > 0 ? (byte[])[0xC3] : [], .. body.AsSpan(at, Math.Min(ChunkSize, body.Length - at))]);
        return [.. chunks];
    }

    static byte[] Text(string text) => [(byte)(text.Length >> 8), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    static byte[] Number(double number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        return bytes;
    }
}
