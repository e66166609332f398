namespace FastCam.Video;

/// <summary>Opens an RTSP stream: a relay that is connected to the server, and a child that plays what the relay serves.</summary>
sealed class RtspConnector(StreamAddress address, RtspTransport transport, SourceOptions options) : Connector
{
    readonly LiveCapture _capture = LiveCapture.Of(options);
    readonly Reachability _reachability = new(address);

    public override string Name { get; } = address.ToString();

    public override string? Notice => _capture.Notice;

    public override FrameSource Connect(CancellationToken stop)
    {
        var relay = _reachability.Try(() => new RtspRelay(address, options.Tls, stop));
        return new FFmpegSource(_capture.Rtsp(Name, relay.LocalUrl, transport) with { Companion = relay, IsLive = true, Login = address.Login });
    }
}
