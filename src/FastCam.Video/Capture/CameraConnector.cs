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
            // A device that was never there was named wrongly; one that is gone was unplugged.
            var (sentence, recovery) = _opened
                ? ($"{place.Device} was unplugged.", Recovery.Probe)
                : ($"There is no camera {place.Device}: fastcam sources lists those that are there.", Recovery.None);
            throw new MediaException(MediaFault.SourceNotFound, sentence) { Recovery = recovery };
        }

        _opened = true;
        return _capture.OpenCamera(Name, new CameraInput(place.Device, mode, CameraInput.Native));
    }
}
