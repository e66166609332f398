using FastCam.Video.Frames;
using FastCam.Video.Network;

namespace FastCam.Video.Capture;

/// <summary>A child process that captures.</summary>
/// <param name="Name">The source's, for people.</param>
/// <param name="Program">Its path.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Read">Reads its output.</param>
sealed record CaptureCommand(string Name, string Program, IReadOnlyList<string> Arguments, Func<Stream, IFrameReader> Read)
{
    /// <summary>The program's name for people.</summary>
    public string Tool { get; init; } = "FFmpeg";

    /// <summary>It ends by itself.</summary>
    public bool IsFinite { get; init; }

    /// <summary>It runs at its own pace: what it captures waits for nobody.</summary>
    public bool IsLive { get; init; }

    /// <summary>Its timestamps say nothing: a frame's time is that of its arrival.</summary>
    public bool IsTimedByArrival { get; init; }

    /// <summary>What works beside it.</summary>
    public Companion? Companion { get; init; }

    /// <summary>How it is read, for people.</summary>
    public string? Notice { get; init; }

    /// <summary>Credentials that must not show in what it says.</summary>
    public Login? Login { get; init; }
}
