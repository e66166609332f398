using FastCam.Video.Sources;

namespace FastCam.Edge.Web;

/// <summary>What the source is doing, for the page and for machines. Durations are in milliseconds.</summary>
sealed record SourceMessage(
    string State, double ForMs, string? Reason, int Restarts, long? Upstream, long PacketsLost, long RepairedTimestamps, double? FrozenForMs)
{
    public static SourceMessage From(FrameSource source)
    {
        var status = source.Status;
        return new SourceMessage(
            Names.Of(status.State), Math.Round(status.For.TotalMilliseconds), status.Reason, status.Restarts, source.Upstream, status.PacketsLost, status.RepairedTimestamps,
            status.FrozenFor is { } frozen ? Math.Round(frozen.TotalMilliseconds) : null);
    }
}
