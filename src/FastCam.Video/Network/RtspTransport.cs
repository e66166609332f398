namespace FastCam.Video.Network;

/// <summary>How RTP comes.</summary>
public enum RtspTransport
{
    /// <summary>Within the RTSP connection: nothing is lost on the way.</summary>
    Tcp,

    /// <summary>As datagrams: lowest delay on a good network.</summary>
    Udp,
}
