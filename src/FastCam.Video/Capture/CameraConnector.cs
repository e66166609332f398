using FastCam.Video.Cameras;
using FastCam.Video.Live;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Opens a camera whenever its device is there.</summary>
sealed class CameraConnector(CameraPlace place, CameraMode mode, SourceOptions options) : Connector
{
    readonly LiveCapture _capture = LiveCapture.Create(options);
    bool _opened;

    public override string Name { get; } = $"camera {place.Device}";

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        if (!place.IsThere())
        {
            // A name that was never there is an error of the command line; one that is gone was unplugged.
            throw _opened
                ? new MediaException(MediaFault.SourceNotFound, $"{place.Device} was unplugged.") { Recovery = Recovery.Probe }
                : new MediaException(MediaFault.SourceNotFound, $"There is no camera {place.Device}: fastcam sources lists those that are there.") { Recovery = Recovery.None };
        }

        _opened = true;
        return new FFmpegSource(_capture.Camera(Name, new CameraInput(place.Device, mode, CameraInput.Native)) with { IsLive = true });
    }
}
