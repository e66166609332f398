using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;

namespace FastCam.Video.Onvif;

/// <summary>Finds cameras by WS-Discovery: a probe goes to a multicast address on every network of this machine, and those that it means answer.</summary>
static class DeviceDiscovery
{
    /// <summary>A network on which everybody is a camera is none.</summary>
    public const int MostDevices = 256;

    const int Port = 3702;
    const int MostDatagrams = 8192; // of a flood no more is read
    const int LargestDatagram = 65_536;

    static readonly IPAddress Group = IPAddress.Parse("239.255.255.250"), GroupV6 = IPAddress.Parse("ff02::c");

    /// <summary>What is sent is repeated, since a datagram may be lost.</summary>
    static readonly TimeSpan Repeat = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks all networks and collects the answers.</summary>
    /// <param name="searchFor">For how long answers are awaited.</param>
    /// <param name="found">Hears of how many devices there are so far.</param>
    /// <param name="stop">Ends it.</param>
    public static IReadOnlyList<DiscoveredDevice> Find(TimeSpan searchFor, Action<int> found, CancellationToken stop)
    {
        var networks = OpenAll();
        try
        {
            return networks.Count == 0 ? [] : Listen(networks, searchFor, found, stop);
        }
        finally
        {
            networks.ForEach(network => network.Socket.Dispose());
        }
    }

    static IReadOnlyList<DiscoveredDevice> Listen(List<Network> networks, TimeSpan searchFor, Action<int> found, CancellationToken stop)
    {
        var devices = new DiscoveredDevices();
        var buffer = new byte[LargestDatagram];
        var start = Stopwatch.GetTimestamp();
        var sent = 0;
        for (var read = 0; read < MostDatagrams && Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < searchFor; stop.ThrowIfCancellationRequested())
        {
            if (sent < 2 && elapsed >= sent * Repeat)
            {
                networks.ForEach(network => network.Probe());
                sent++;
            }

            var waiting = networks.ConvertAll(network => network.Socket);
            Socket.Select(waiting, null, null, TimeSpan.FromMilliseconds(Math.Clamp((searchFor - elapsed).TotalMilliseconds, 1, 100)));
            foreach (var network in networks.Where(network => waiting.Contains(network.Socket)))
            {
                read++;
                var count = network.Receive(buffer, out var from);
                if (devices.Add(DiscoveryReply.ReadAll(buffer.AsSpan(0, count)), from, network.PrefixLength))
                    found(devices.Count);
            }
        }

        return devices.All;
    }

    static List<Network> OpenAll() =>
        [.. from face in NetworkInterface.GetAllNetworkInterfaces()
            where face.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown && face.SupportsMulticast
            from address in face.GetIPProperties().UnicastAddresses
            where address.Address.AddressFamily == AddressFamily.InterNetwork || address.Address.IsIPv6LinkLocal
            let network = Network.Open(address)
            where network is not null
            select network];

    /// <summary>An address of this machine, and the network that it is on.</summary>
    sealed record Network(Socket Socket, IPEndPoint Group, int PrefixLength)
    {
        /// <returns>Null where the address cannot be used, as while it is still being assigned.</returns>
        public static Network? Open(UnicastIPAddressInformation own)
        {
            var isV6 = own.Address.AddressFamily == AddressFamily.InterNetworkV6;
            var socket = new Socket(own.Address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(new IPEndPoint(own.Address, 0));
                if (isV6)
                    socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, (int)own.Address.ScopeId);
                else
                    socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, own.Address.GetAddressBytes());
                var group = isV6 ? new IPAddress(GroupV6.GetAddressBytes(), own.Address.ScopeId) : DeviceDiscovery.Group;
                return new(socket, new(group, Port), own.PrefixLength);
            }
            catch (SocketException)
            {
                socket.Dispose();
                return null;
            }
        }

        /// <summary>Asks for cameras by each of the types that they have: some know only one of them, and a probe for both means devices of both.</summary>
        public void Probe()
        {
            foreach (var (space, type) in new[] { ("network", "NetworkVideoTransmitter"), ("device", "Device") })
            {
                try
                {
                    Socket.SendTo(Encoding.UTF8.GetBytes(ProbeFor(space, type)), Group);
                }
                catch (SocketException)
                {
                    // This network cannot be asked, as one without a route; others can.
                }
            }
        }

        /// <returns>How many bytes came; 0 where none did.</returns>
        public int Receive(byte[] buffer, out IPAddress from)
        {
            EndPoint sender = new IPEndPoint(Socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            try
            {
                var count = Socket.ReceiveFrom(buffer, ref sender);
                from = ((IPEndPoint)sender).Address;
                return count;
            }
            catch (SocketException)
            {
                from = IPAddress.None;
                return 0; // a datagram that is too large, or word that there is nobody
            }
        }

        // Written as most programs write it, down to the prefixes: some cameras look for the text rather than read the message.
        static string ProbeFor(string space, string type) =>
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
            + "xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\"><s:Header>"
            + "<a:Action s:mustUnderstand=\"1\">http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
            + $"<a:MessageID>urn:uuid:{Guid.NewGuid()}</a:MessageID>"
            + "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
            + "<a:To s:mustUnderstand=\"1\">urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header>"
            + $"<s:Body><d:Probe><d:Types xmlns:t=\"http://www.onvif.org/ver10/{space}/wsdl\">t:{type}</d:Types></d:Probe></s:Body></s:Envelope>";
    }
}
