using System.Net;
using FastCam.Video.Capture;
using FastCam.Video.FFmpeg;
using FastCam.Video.Live;
using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>MPEG-TS in datagrams that somebody sends here.</summary>
/// <param name="Address">A group's address, one of this machine's, or no host for each of them.</param>
/// <param name="Local">The address of this machine where a group is joined; null: as this machine's routes say.</param>
sealed record UdpSourceUri(StreamAddress Address, IPAddress? Local = null) : SourceUri
{
    /// <summary>The option that says where a group is joined.</summary>
    public const string LocalOption = "interface";

    internal static UdpSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions(LocalOption);
        var address = StreamAddress.ParseListening(uri).WithoutPath(uri);
        return address.Host.Length == 0 || IPAddress.TryParse(address.Host, out _) ? new(address, ParseLocal(uri))
            : throw uri.Bad("what is received is sent to a group's address or to one of this machine's, in numbers: udp://239.1.2.3:5004 or udp://:5004");
    }

    /// <summary>Reads where a group is joined.</summary>
    /// <exception cref="MediaException">It is no address in numbers.</exception>
    public static IPAddress? ParseLocal(MediaUri uri) => uri[LocalOption] is not { } text ? null
        : IPAddress.TryParse(text, out var local) ? local
        : throw uri.Bad($"{LocalOption}={text} is no address of this machine in numbers");

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var isGroup = IPAddress.TryParse(Address.Host, out var host) && (host.IsIPv6Multicast || host.GetAddressBytes() is [>= 224 and <= 239, _, _, _]);
        var local = isGroup ? Local : host ?? Local;
        var script = TransportStream.Options(new FFmpegScript(
            $"udp://{(isGroup ? Address.BracketedHost : "")}:{Address.Port}", "udp", TransportStream.Container).With("localaddr", local?.ToString()));
        return new SupervisedSource(new ListenConnector(Address, script, FFmpegCapture.CreateFor(options, "UDP")), options.Supervision);
    }
}
