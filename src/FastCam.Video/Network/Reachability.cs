using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FastCam.Video.Network;

/// <summary>Connects to a server. While the server refuses, it is first asked cheaply whether it still does.</summary>
sealed class Reachability(StreamAddress address)
{
    bool _refused;

    /// <summary>Connects, unless the server still refuses.</summary>
    /// <exception cref="MediaException">The server still refuses, or <paramref name="connect"/> failed.</exception>
    public T Try<T>(Func<T> connect)
    {
        if (_refused && TcpProbe.IsRefused(address.Host, address.Port))
            throw TlsConnector.Describe(address, SocketError.ConnectionRefused);
        _refused = false;
        try
        {
            return connect();
        }
        catch (MediaException error) when (error.Recovery == Recovery.Probe)
        {
            _refused = true;
            throw;
        }
    }
}

/// <summary>
/// Finds out whether a server that refused us still does, for a tenth of what a connection by .NET costs. It is asked four
/// times a second for hours, and that is most of what waiting costs. It works on Linux, for an address that is no name.
/// </summary>
static unsafe partial class TcpProbe
{
    const int StreamNonBlocking = 1 | 0x800 | 0x8_0000; // SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC
    const int InProgress = 115, Refused = 111; // EINPROGRESS, ECONNREFUSED
    const int SocketLevel = 1, ErrorOption = 4; // SOL_SOCKET, SO_ERROR
    const short Writable = 4; // POLLOUT
    const int PatienceMilliseconds = 50; // enough for a network as near as a camera's

    /// <returns>False where the server does not refuse, or where it is not known whether it does.</returns>
    public static bool IsRefused(string host, int port)
    {
        if (!OperatingSystem.IsLinux() || !IPAddress.TryParse(host, out var ip))
            return false;
        var address = new IPEndPoint(ip, port).Serialize();
        var socket = Open(ip.AddressFamily == AddressFamily.InterNetworkV6 ? 10 : 2, StreamNonBlocking, 0);
        if (socket < 0)
            return false;
        try
        {
            fixed (byte* bytes = address.Buffer.Span)
            {
                if (Connect(socket, bytes, address.Size) == 0)
                    return false;
            }

            var error = Marshal.GetLastPInvokeError();
            return (error == InProgress ? Outcome(socket) : error) == Refused;
        }
        finally
        {
            _ = Close(socket);
        }
    }

    static int Outcome(int socket)
    {
        var wait = new PollEntry { Socket = socket, Events = Writable };
        var (error, size) = (0, sizeof(int));
        var isKnown = Poll(&wait, 1, PatienceMilliseconds) > 0 && GetOption(socket, SocketLevel, ErrorOption, &error, &size) == 0;
        return isKnown ? error : InProgress;
    }

    [LibraryImport("libc", EntryPoint = "socket")]
    private static partial int Open(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte* address, int size);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetOption(int socket, int level, int option, int* value, int* size);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int socket);

    struct PollEntry
    {
        public int Socket;
        public short Events;
        public short Returned;
    }
}
