using FastCam.Video.Capture;
using FastCam.Video.Live;
using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>An RTSP server's stream.</summary>
public sealed record RtspSourceUri(StreamAddress Address, RtspTransport Transport = RtspTransport.Tcp) : SourceUri
{
    internal static RtspSourceUri Parse(MediaUri uri)
    {
        var address = StreamAddress.Parse(uri).Take("transport", out var transport);
        return transport switch
        {
            null or "tcp" => new(address),
            "udp" when !address.IsEncrypted => new(address, RtspTransport.Udp),
            "udp" => throw uri.Bad("by UDP pictures would come unencrypted: rtsps takes TCP"),
            _ => throw uri.Bad($"transport={transport} is neither tcp nor udp"),
        };
    }

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var address = Address.Login is null ? Address with { Login = options.Login } : Address;
        return new SupervisedSource(new RtspConnector(address, Transport, options), options.Supervision);
    }
}
