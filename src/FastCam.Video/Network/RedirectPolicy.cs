using System.Net;
using System.Net.Sockets;

namespace FastCam.Video.Network;

/// <summary>
/// Decides where a source's server may lead us, be it by a redirect or by what a playlist names, over RTSP, HTTP and HLS alike. The
/// address that the user gave is opened wherever it is. From there on the protocol stays, encryption is never lost, the credentials stay
/// with the origin that they were given for, and no server leads to this machine or to the link unless the first address was there.
/// </summary>
/// <param name="resolve">Resolves a name; null: as this machine does.</param>
sealed class RedirectPolicy(Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    const int Most = 5;

    readonly Lock _gate = new();
    Place? _first; // where the first address was when it was first reached; a name that means another place later does not move it

    /// <summary>How near an address is.</summary>
    enum Place
    {
        Network,
        Link,
        Machine,
    }

    /// <summary>Returns where a redirect leads.</summary>
    /// <param name="passed">The addresses passed so far, the one that redirects last.</param>
    /// <param name="location">The server's <c>Location</c>, which may be relative; null: none.</param>
    /// <exception cref="MediaException">It is not followed.</exception>
    public StreamAddress Follow(IReadOnlyList<StreamAddress> passed, string? location)
    {
        var from = passed[^1];
        if (string.IsNullOrWhiteSpace(location) || !Uri.TryCreate(new Uri(from.Url), location, out var to))
            throw from.Refused("has moved, and does not say where to: ask it for its new address", Recovery.None);
        var next = Lead(from, to);
        if (passed.Any(before => before.Url == next.Url))
            throw from.Refused($"leads in a circle, to {next.Name} again: give the address of the stream itself", Recovery.None);
        return passed.Count <= Most ? next
            : throw from.Refused($"is the end of {Most} redirects and leads to {next.Name}: give the address of the stream itself", Recovery.None);
    }

    /// <summary>Returns an address that another names.</summary>
    /// <exception cref="MediaException">It may not be followed.</exception>
    public StreamAddress Lead(StreamAddress from, Uri to)
    {
        if (StreamAddress.From(to) is not { } place || place.IsRtsp != from.IsRtsp)
            throw from.Refused($"leads to {StreamAddress.NameOf(to)}, which is no {(from.IsRtsp ? "RTSP" : "HTTP")}: give that address itself", Recovery.None);
        if (from.IsEncrypted && !place.IsEncrypted)
            throw from.Refused($"leads to {place}, which is not encrypted: give that address itself if that is right", Recovery.None);
        var first = from.First ?? from;
        return place with { First = first, Login = place.Origin == first.Origin ? first.Login : null };
    }

    /// <summary>Returns the network addresses of a stream that may be opened; none, where its name has none.</summary>
    /// <exception cref="MediaException">It has some, and none of them may be.</exception>
    /// <exception cref="SocketException">Its name does not resolve.</exception>
    public async Task<IPAddress[]> Resolve(StreamAddress address, CancellationToken stop)
    {
        var all = IPAddress.TryParse(address.Host, out var ip) ? [ip]
            : await (resolve ?? Dns.GetHostAddressesAsync)(address.AsciiHost, stop).ConfigureAwait(false);
        var allowed = address.First is null ? all : Array.FindAll(all, IsAllowed);
        return allowed.Length > 0 || all.Length == 0 ? allowed : throw address.Refused(
            $"is at {all[0]}, which is {(PlaceOf(all[0]) == Place.Machine ? "this machine" : "on this link")}, where no server from elsewhere may lead: "
            + "give that address itself if that is right", Recovery.None);
    }

    /// <summary>Notes that an address has been reached.</summary>
    public void Reached(StreamAddress address, IPAddress ip)
    {
        lock (_gate)
        {
            if (address.First is null)
                _first ??= PlaceOf(ip);
        }
    }

    bool IsAllowed(IPAddress ip)
    {
        lock (_gate)
            return PlaceOf(ip) is var place && (place == Place.Network || place == _first);
    }

    static Place PlaceOf(IPAddress ip)
    {
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        if (IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.IPv6Any))
            return Place.Machine;
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
            return ip.IsIPv6LinkLocal ? Place.Link : Place.Network;
        return ip.GetAddressBytes() is [0, ..] ? Place.Machine // Linux takes these for this machine too
            : ip.GetAddressBytes() is [169, 254, ..] ? Place.Link
            : Place.Network;
    }
}
