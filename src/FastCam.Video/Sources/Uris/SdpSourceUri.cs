using System.Net;
using FastCam.Video.Capture;
using FastCam.Video.Live;

namespace FastCam.Video.Sources.Uris;

/// <summary>RTP that is described by a file in SDP.</summary>
/// <param name="Path">The file.</param>
/// <param name="Local">The address of this machine where a group is joined; null: as this machine's routes say.</param>
sealed record SdpSourceUri(string Path, IPAddress? Local = null) : SourceUri
{
    internal static SdpSourceUri Parse(MediaUri uri)
    {
        uri.AllowOptions(UdpSourceUri.LocalOption);
        return uri.Target.Length > 0 ? new(uri.Target, UdpSourceUri.ParseLocal(uri)) : throw uri.Bad("it names no file");
    }

    private protected override FrameSource OpenAsIs(SourceOptions options) =>
        new SupervisedSource(new RtpConnector(Path, Local, options), options.Supervision);
}
