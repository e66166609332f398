namespace FastCam.Video;

/// <summary>Opens a camera whenever its device is there.</summary>
sealed class CameraConnector(string device, CameraMode mode, SourceOptions options) : Connector
{
    readonly LiveCapture _capture = LiveCapture.Of(options);
    bool _opened;

    public override string Name { get; } = $"camera {device}";

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        if (Path.IsPathRooted(device) && !File.Exists(device))
        {
            // A name that was never there is an error of the command line; one that is gone was unplugged.
            throw _opened
                ? new MediaException(MediaFault.SourceNotFound, $"{device} was unplugged.") { Recovery = Recovery.Probe }
                : new MediaException(MediaFault.SourceNotFound, $"There is no camera {device}: fastcam sources lists those that are there.") { Recovery = Recovery.None };
        }

        _opened = true;
        return new FFmpegSource(_capture.Camera(Name, new CameraInput(device, mode, CameraInput.Native)) with { IsLive = true });
    }
}
