using FastCam.Video.Capture;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources;

namespace FastCam.Video.Onvif;

/// <summary>
/// Opens the stream of a camera that is asked for its address by ONVIF, at each connection anew, since addresses change; the stream is then
/// captured as any other by RTSP.
/// </summary>
/// <param name="device">The address of the camera's device service, by HTTP.</param>
/// <param name="profile">The name or token of the stream's profile; null: the first.</param>
/// <param name="transport">How packets are to come; null: as the camera can, within the connection if it can.</param>
/// <param name="options">How it is to be played.</param>
sealed class OnvifConnector(StreamAddress device, string? profile, RtspTransport? transport, SourceOptions options) : Connector
{
    readonly LiveCapture _capture = RtspConnector.Capture(options);
    readonly OnvifDevice _device = new(device, options.Tls);
    readonly Reachability _reachability = new(device);
    StreamAddress? _address;
    RtspConnector? _stream;

    public override string Name { get; } = DeviceAddress.Write(device, profile);

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        var address = _reachability.Try(() => _device.FindStream(profile, stop));
        if (_stream is null || _address != address)
            _stream = new(_address = address, address.IsEncrypted ? RtspTransport.Tcp : transport, options, _capture);
        try
        {
            return _stream.Connect(stop);
        }
        catch (MediaException error) when (error.Recovery == Recovery.Probe)
        {
            // The camera does answer: to ask it four times a second for what is not there yet would cost it more than it costs us.
            throw new MediaException(error.Fault, error.Message, error) { Recovery = Recovery.BackOff, Setting = error.Setting };
        }
    }
}
