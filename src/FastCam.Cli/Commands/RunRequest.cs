using FastCam.Cli.Options;
using FastCam.Edge.Pipeline;
using FastCam.Video.Sources;
using FastCam.Video.Sources.Uris;

namespace FastCam.Cli.Commands;

/// <summary>What <c>fastcam run</c> was asked for.</summary>
sealed record RunRequest(
    string Source, SourceOptions SourceOptions, IReadOnlyList<string> Sinks, Pace? Pace, Delivery? Delivery,
    ModelRequest Model, ExplanationRequest Explanation, OverlaySettings Picture, bool Force, bool Json)
{
    public const string DefaultSink = "web://127.0.0.1:8080";

    /// <summary>The promise kept when none is named: live where somebody watches or the source cannot wait.</summary>
    public Delivery DeliveryFor(FrameSource source, bool hasWebSink) =>
        Delivery ?? (hasWebSink || source.IsLive ? Edge.Pipeline.Delivery.Live : Edge.Pipeline.Delivery.EveryFrame);

    /// <summary>The pace kept when neither an option nor the source's URI names one: realtime for what is live or watched, and for what never ends.</summary>
    public Pace PaceFor(Delivery delivery, SourceUri uri, FrameSource source, bool hasWebSink) =>
        Pace ?? (uri.Realtime is { } realtime ? realtime ? Edge.Pipeline.Pace.Realtime : Edge.Pipeline.Pace.Max : delivery == Edge.Pipeline.Delivery.Live || hasWebSink || !source.IsFinite ? Edge.Pipeline.Pace.Realtime : Edge.Pipeline.Pace.Max);
}
