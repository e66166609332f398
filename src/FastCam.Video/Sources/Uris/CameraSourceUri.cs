using FastCam.Video.Cameras;
using FastCam.Video.Capture;
using FastCam.Video.Live;

namespace FastCam.Video.Sources.Uris;

/// <summary>A camera of this machine.</summary>
/// <param name="Camera">A number, a name or part of one, or a device file; empty: the first.</param>
/// <param name="Mode">How it is to run.</param>
public sealed record CameraSourceUri(string Camera, CameraMode Mode) : SourceUri
{
    internal static bool IsDevice(string path) => path.StartsWith("/dev/video", StringComparison.Ordinal);

    internal static CameraSourceUri Parse(MediaUri uri) => new(uri.Target, CameraMode.Parse(uri));

    private protected override FrameSource OpenAsIs(SourceOptions options)
    {
        var connector = new CameraConnector(CameraDevices.Locate(Camera), Mode, options);
        return new SupervisedSource(connector, options.Supervision);
    }
}
