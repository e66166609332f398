using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Opens an RTSP stream: a relay that is connected to the server, and what plays what the relay serves.</summary>
sealed class RtspConnector(StreamAddress address, RtspTransport transport, SourceOptions options, LiveCapture capture) : Connector
{
    readonly Reachability _reachability = new(address);
    readonly RedirectPolicy _policy = new();

    /// <exception cref="MediaException">The backend is not installed, or the file of authorities cannot be read.</exception>
    public RtspConnector(StreamAddress address, RtspTransport transport, SourceOptions options) : this(address, transport, options, Capture(options))
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
        var relay = _reachability.Try(() => new RtspRelay(address, options.Tls, _policy, stop));
        return capture.OpenRtsp(Name, relay, transport, address.Login);
    }
}
