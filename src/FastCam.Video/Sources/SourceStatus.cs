namespace FastCam.Video.Sources;

/// <summary>What a source is doing.</summary>
public enum SourceState
{
    /// <summary>No picture came yet.</summary>
    Starting,

    /// <summary>Pictures come.</summary>
    Running,

    /// <summary>No picture came for a while; if none comes soon, the source is opened anew.</summary>
    Stalled,

    /// <summary>It is opened anew, again and again if need be.</summary>
    Reconnecting,

    /// <summary>It failed, and will not be tried again.</summary>
    Failed,

    /// <summary>It came to its end or was stopped.</summary>
    Ended,
}

/// <summary>A source at one moment. It is the same on every clock: no term comes from the time of day.</summary>
/// <param name="State">What it is doing.</param>
/// <param name="For">Since how long.</param>
/// <param name="Reason">Why it is not running, or what is wrong with its pictures, as a clause; null while all is well.</param>
/// <param name="Restarts">How often it was opened anew.</param>
/// <param name="Upstream">Frames lost or damaged before they reached us, as estimated from gaps in the timestamps and missing packets.</param>
/// <param name="PacketsLost">Network packets missing, as far as they are seen. They damage pictures as often as they lose them.</param>
/// <param name="RepairedTimestamps">Timestamps that jumped or ran backwards.</param>
/// <param name="FrozenFor">How long the picture has been the same, once that is suspicious; null while it is not.</param>
public sealed record SourceStatus(
    SourceState State, TimeSpan For = default, string? Reason = null, int Restarts = 0, long Upstream = 0, long PacketsLost = 0,
    long RepairedTimestamps = 0, TimeSpan? FrozenFor = null)
{
    internal static readonly SourceStatus Plain = new(SourceState.Running);
}
