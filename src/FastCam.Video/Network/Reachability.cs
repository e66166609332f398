using System.Net.Sockets;

namespace FastCam.Video.Network;

/// <summary>Connects to a server; while it refuses, asks first by the cheapest way whether it still does.</summary>
sealed class Reachability(StreamAddress address)
{
    bool _refused;

    /// <exception cref="MediaException">It still refuses, or <paramref name="connect"/> failed.</exception>
    public T Try<T>(Func<T> connect)
    {
        if (_refused && TcpProbe.IsRefused(address.Host, address.Port))
            throw Dial.Describe(address, SocketError.ConnectionRefused);
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
