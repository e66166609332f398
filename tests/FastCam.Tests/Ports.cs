using System.Net;
using System.Net.Sockets;

namespace FastCam.Tests;

/// <summary>
/// Ports for the servers of tests. They lie below those that the system gives to whoever connects: one of these, found free, may be somebody's
/// own end of a connection a moment later.
/// </summary>
static class Ports
{
    // RTP takes two in a row.
    const int First = 12_000, Count = 5_000, Step = 4;

    static int _last = Random.Shared.Next(Count);

    /// <summary>One that nobody has, by TCP nor by UDP; no other test of this process is given the same.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = First + Step * (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port, SocketType.Stream, ProtocolType.Tcp) && IsFree(port, SocketType.Dgram, ProtocolType.Udp))
                return port;
        }
    }

    static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
