using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Xml.Linq;

namespace FastCam.Tests.Onvif;

/// <summary>A device that may be found.</summary>
/// <param name="Type">The type that a probe has to ask for; null: it answers whatever is asked.</param>
/// <param name="Answer">What it sends.</param>
sealed record DiscoverableDevice(string? Type, byte[] Answer);

/// <summary>What answers on a network where a probe comes, by multicast on the loopback interface.</summary>
sealed class DiscoveryResponder : IDisposable
{
    static readonly IPAddress Group = IPAddress.Parse("239.255.255.250");

    readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    readonly DiscoverableDevice[] _devices;

    public DiscoveryResponder(params DiscoverableDevice[] devices)
    {
        _devices = devices;
        _socket.Bind(new IPEndPoint(IPAddress.Any, 3702));
        _socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, IPAddress.Loopback));
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>A reply to a probe; what stands in it is the test's.</summary>
    public static byte[] Reply(string endpoint, string scopes, string addresses, string types = "dn:NetworkVideoTransmitter") => Encoding.UTF8.GetBytes(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\" "
        + "xmlns:wsa=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" xmlns:wsdd=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
        + "xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><SOAP-ENV:Header/><SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch>"
        + $"<wsa:EndpointReference><wsa:Address>{endpoint}</wsa:Address></wsa:EndpointReference><wsdd:Types>{types}</wsdd:Types>"
        + $"<wsdd:Scopes>{scopes}</wsdd:Scopes><wsdd:XAddrs>{addresses}</wsdd:XAddrs><wsdd:MetadataVersion>1</wsdd:MetadataVersion>"
        + "</wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>");

    public void Dispose() => _socket.Dispose();

    void Serve()
    {
        try
        {
            var buffer = new byte[65_536];
            while (true)
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var count = _socket.ReceiveFrom(buffer, ref from);
                var types = XElement.Parse(Encoding.UTF8.GetString(buffer, 0, count)).Descendants().Single(part => part.Name.LocalName == "Types");
                var (prefix, name) = (types.Value.Split(':')[0], types.Value.Split(':')[1]);
                foreach (var device in _devices)
                {
                    if (device.Type is null || device.Type == $"{types.GetNamespaceOfPrefix(prefix)}:{name}")
                        _socket.SendTo(device.Answer, from);
                }
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
