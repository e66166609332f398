using FastCam.Video.Capture;
using FastCam.Video.Live;
using FastCam.Video.Network;

namespace FastCam.Video.Sources.Uris;

/// <summary>A stream over HTTP: MJPEG, HLS, or a file.</summary>
public sealed record HttpSourceUri(StreamAddress Address) : SourceUri
{
    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var address = Address.Login is null ? Address with { Login = options.Login } : Address;
        return new SupervisedSource(new HttpConnector(address, options), options.Supervision);
    }
}
