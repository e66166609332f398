using FastCam.Video.Network;

namespace FastCam.Video.Sources;

/// <summary>The program that captures live sources.</summary>
public enum CaptureBackend
{
    /// <summary>FFmpeg: every camera, protocol and codec.</summary>
    Ffmpeg,

    /// <summary>GStreamer: the lowest latency for RTSP and cameras, and the decoders of boards such as Jetson.</summary>
    Gstreamer,
}

/// <summary>How a source is to be played.</summary>
/// <param name="Loop">Begin anew at its end, for ever.</param>
/// <param name="Realtime">Announce each frame when its presentation time is due, rather than as fast as it is taken.</param>
public sealed record SourceOptions(bool Loop = false, bool Realtime = false)
{
    /// <summary>Turn the picture left to right, as a mirror does.</summary>
    public bool Mirror { get; init; }

    /// <summary>What captures live sources.</summary>
    public CaptureBackend Capture { get; init; }

    /// <summary>The decoder that the GStreamer backend uses, as a piece of a pipeline; null: by GStreamer's own choice.</summary>
    public string? GStreamerDecoder { get; init; }

    /// <summary>The hardware that FFmpeg decodes on: <c>auto</c>, <c>none</c>, or FFmpeg's name for it.</summary>
    public string Acceleration { get; init; } = HardwareDecoder.None;

    /// <summary>Who we are to a server that asks, unless the address says it.</summary>
    public Login? Login { get; init; }

    /// <summary>How servers prove who they are.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>When a live source is given up or opened anew.</summary>
    public Supervision Supervision { get; init; } = new();
}

/// <summary>The patience with a live source.</summary>
public sealed record Supervision
{
    /// <summary>No frame for so long, and the source is opened anew.</summary>
    public TimeSpan StallAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for the first frame of a connection.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same picture for so long is reported.</summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>No frame for so long in spite of every attempt, and the source has failed; null: it is tried for ever.</summary>
    public TimeSpan? RetryFor { get; init; }
}
