using FastCam.Video.Network;

namespace FastCam.Video.Sources;

/// <summary>What captures live sources, and files too where it is OpenCV.</summary>
public enum CaptureBackend
{
    /// <summary>GStreamer for RTSP where it is installed, since it hands each frame on a frame sooner; FFmpeg for all else.</summary>
    Auto,

    /// <summary>FFmpeg: every camera, protocol and codec.</summary>
    Ffmpeg,

    /// <summary>GStreamer: the lowest latency for RTSP and cameras, and the decoders of boards such as Jetson.</summary>
    Gstreamer,

    /// <summary>OpenCV, in this process: files, cameras and RTSP. It needs no FFmpeg, and hides what it loses.</summary>
    Opencv,
}

/// <summary>How a source is to be played.</summary>
/// <param name="Loop">Whether to begin anew at its end, for ever.</param>
/// <param name="Realtime">Whether each frame is announced when its presentation time is due, rather than as fast as frames are taken.</param>
public sealed record SourceOptions(bool Loop = false, bool Realtime = false)
{
    /// <summary>Whether frames are turned left to right, as by a mirror.</summary>
    public bool Mirror { get; init; }

    /// <summary>What captures live sources, and files too where it is OpenCV.</summary>
    public CaptureBackend Capture { get; init; }

    /// <summary>The decoder that the GStreamer backend uses, as a piece of a pipeline; null: by GStreamer's own choice.</summary>
    public string? GStreamerDecoder { get; init; }

    /// <summary>The hardware that FFmpeg decodes on: <c>auto</c>, <c>none</c>, or FFmpeg's name for it.</summary>
    public string Acceleration { get; init; } = HardwareDecoder.None;

    /// <summary>The credentials for a server that asks, unless the address has its own; null: none.</summary>
    public Login? Login { get; init; }

    /// <summary>How servers' certificates are judged.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>How long a live source is waited for until it is opened anew, or given up.</summary>
    public Supervision Supervision { get; init; } = new();
}

/// <summary>The patience with a live source.</summary>
public sealed record Supervision
{
    /// <summary>How long no frame may come until the source is opened anew.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the first frame of a connection may take.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long frames may be the same until that is reported.</summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long no frame may come, in spite of every attempt, until the source has failed; null: it is tried for ever.</summary>
    public TimeSpan? RetryFor { get; init; }
}
