using System.Net;
using System.Net.Sockets;

namespace FastCam.Video.Onvif;

/// <summary>A camera that has answered a probe.</summary>
/// <param name="Name">The name that it gives itself; empty: none.</param>
/// <param name="Hardware">What it says that it is; empty: nothing.</param>
/// <param name="Service">The address of its device service.</param>
sealed record DiscoveredDevice(string Name, string Hardware, Uri Service);

/// <summary>
/// The cameras that have answered so far, each once, however often and from wherever it answers. Of its addresses the best is kept: a device is
/// looked for where it answered from, or on the same network, since anybody could answer with the address of somebody else.
/// </summary>
sealed class DiscoveredDevices
{
    readonly Dictionary<string, (Rank Rank, DiscoveredDevice Device)> _devices = [];

    /// <summary>How good an address is, the best first.</summary>
    enum Rank
    {
        Sender,
        SenderOverTls,
        SameNetwork,
        SameNetworkOverTls,
        SenderWithNamedPort,
        Elsewhere, // named by a device that answered from an address that is good for one link alone
    }

    public int Count => _devices.Count;

    /// <summary>In the order of their addresses, so that two searches can be compared.</summary>
    public IReadOnlyList<DiscoveredDevice> All =>
        [.. _devices.Values.Select(entry => entry.Device).OrderBy(device => device.Service.AbsoluteUri, NaturalOrder.Instance)];

    /// <summary>Notes what was answered.</summary>
    /// <param name="replies">What came.</param>
    /// <param name="from">From where.</param>
    /// <param name="prefixLength">How many bits of an address tell the network on which it came.</param>
    /// <returns>Whether there is a device more.</returns>
    public bool Add(IEnumerable<DiscoveryReply> replies, IPAddress from, int prefixLength)
    {
        var before = Count;
        foreach (var reply in replies)
        {
            var places = reply.Services.Select(service => Judge(service, from, prefixLength)).OfType<(Rank Rank, Uri Service)>().ToList();
            if (places.Count == 0)
                continue;
            var (rank, service) = places.MinBy(place => place.Rank);
            var key = reply.Endpoint.Length > 0 ? reply.Endpoint : service.AbsoluteUri;
            var known = _devices.TryGetValue(key, out var other);
            if (known ? rank < other.Rank : Count < DeviceDiscovery.MostDevices)
                _devices[key] = (rank, new(reply.Name, reply.Hardware, service));
        }

        return Count > before;
    }

    /// <returns>Null where the address leads nowhere.</returns>
    static (Rank Rank, Uri Service)? Judge(Uri service, IPAddress from, int prefixLength)
    {
        var isEncrypted = service.Scheme == "https"; // few cameras have a certificate that is trusted
        var named = IPAddress.TryParse(service.IdnHost, out var ip) ? ip : null;
        if (named is not null && named.GetAddressBytes().AsSpan().SequenceEqual(from.GetAddressBytes()) && !named.IsIPv6LinkLocal)
            return (isEncrypted ? Rank.SenderOverTls : Rank.Sender, service);
        if (named is not null && IsOfSameNetwork(named, from, prefixLength) && !named.IsIPv6LinkLocal)
            return (isEncrypted ? Rank.SameNetworkOverTls : Rank.SameNetwork, service);
        if (!from.IsIPv6LinkLocal) // which a URL has no room for
            return (Rank.SenderWithNamedPort, new UriBuilder(service) { Host = $"{from}" }.Uri);
        return named is { AddressFamily: AddressFamily.InterNetwork } && named.GetAddressBytes() is not ([0 or 127, ..] or [169, 254, ..])
            ? (Rank.Elsewhere, service) : null;
    }

    static bool IsOfSameNetwork(IPAddress one, IPAddress other, int prefixLength)
    {
        var (a, b) = (one.GetAddressBytes(), other.GetAddressBytes());
        if (a.Length != b.Length)
            return false;
        for (var bit = 0; bit < prefixLength; bit++)
        {
            if (((a[bit / 8] ^ b[bit / 8]) & 0x80 >> bit % 8) != 0)
                return false;
        }

        return true;
    }
}
