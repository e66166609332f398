using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Opens an RTSP stream: a relay that is connected to the server, and what plays what the relay serves.</summary>
/// <param name="address">The stream.</param>
/// <param name="transport">How packets are to come; null: within the connection, or as datagrams where the server sends nothing else.</param>
/// <param name="options">How it is to be played.</param>
/// <param name="capture">What captures it.</param>
sealed class RtspConnector(StreamAddress address, RtspTransport? transport, SourceOptions options, LiveCapture capture) : Connector
{
    readonly Reachability _reachability = new(address);
    readonly RedirectPolicy _policy = new();
    RtspRelay? _last;

    /// <exception cref="MediaException">The backend is not installed, or the file of authorities cannot be read.</exception>
    public RtspConnector(StreamAddress address, RtspTransport? transport, SourceOptions options) : this(address, transport, options, Capture(options))
    {
    }

    public override string Name { get; } = address.ToString();

    public override string? Notice => capture.Notice;

    /// <summary>What captures streams by RTSP. A file of authorities that cannot be read fails now, and not only when the server answers.</summary>
    /// <exception cref="MediaException">The backend is not installed, or the file of authorities cannot be read.</exception>
    public static LiveCapture Capture(SourceOptions options)
    {
        _ = TlsConnector.TlsFor("", options.Tls);
        return LiveCapture.CreateForRtsp(options);
    }

    public override FrameSource Connect(CancellationToken stop)
    {
        if (transport is null && _last is { RefusesTransport: true })
            transport = RtspTransport.Udp;
        var mayChange = transport is null && !address.IsEncrypted; // datagrams are not
        var relay = _last = _reachability.Try(() => new RtspRelay(address, options.Tls, _policy, mayChange, stop));
        return capture.OpenRtsp(Name, relay, transport ?? RtspTransport.Tcp, address.Login);
    }
}
