using System.Net;
using FastCam.Video.Live;
using FastCam.Video.Network;
using FastCam.Video.Network.Rtsp;
using FastCam.Video.Sources;

namespace FastCam.Video.Capture;

/// <summary>Receives RTP as a session description says.</summary>
/// <param name="path">The description's file.</param>
/// <param name="local">The address of this machine where a group is joined; null: as this machine's routes say.</param>
/// <param name="options">How it is to be played.</param>
sealed class RtpConnector(string path, IPAddress? local, SourceOptions options) : Connector
{
    readonly ChildCapture _capture = ChildCapture.Create(options);
    readonly SessionFile _session = SessionFile.Read(path);

    public override string Name => path;

    public override string? Notice => _capture.Notice;

    public override string Awaits => $"{path} waits for RTP {_session.Place}.";

    public override FrameSource Connect(CancellationToken stop) => new FFmpegSource(_capture.Rtp(path, local) with
    {
        Companion = new StreamFeed(path, new MemoryStream(_session.Text)),
        IsLive = true,
        Explain = log => ListenConnector.WhyNot($"{path} ({_session.Place})", log),
    });
}
