using System.Text.Json.Serialization;
using FastCam.Video.Accounting;
using FastCam.Video.Sources;

namespace FastCam.Edge.Web;

/// <summary>What the page asks for once: <c>GET /api/session</c>.</summary>
sealed record SessionMessage(
    string Version, string Source, string Model, string Provider, string Delivery, string Fit, string Weights, string View, string Mode,
    float Opacity, string ColourMap, IReadOnlyList<string> Labels, IReadOnlyList<LayerMessage> Layers, string Maps, string? ClassMap, string? NoClassMap,
    IReadOnlyDictionary<string, float[]> Presets, IReadOnlyDictionary<string, string> ColourMaps);

/// <summary>One layer, finest first.</summary>
sealed record LayerMessage(string Tensor, int Channels, int Width, int Height);

/// <summary>What the page gets twice a second, and <c>GET /api/status</c> once.</summary>
sealed record StatusMessage(
    string Type, string State, EndMessage? End, SourceMessage Source, double Fps, LatencyMessage LatencyMs, double ExplanationShare, double PassMs, string ExplainBy, string Fit,
    IReadOnlyList<string> Notices, IReadOnlyList<AccountMessage> Ledger, AccountMessage? Viewer);

/// <summary>Why a stream is over.</summary>
sealed record EndMessage(string Reason, bool IsFailure);

/// <summary>From capture until the picture is handed to the sinks, in milliseconds.</summary>
sealed record LatencyMessage(double P50, double P99);

/// <summary>The body of <c>POST /api/fit</c>.</summary>
sealed record FitMessage(string Fit);

/// <summary>A ledger account at one moment; what was lost upstream, before the ledger begins, stands apart.</summary>
sealed record AccountMessage(string Sink, long Captured, long Delivered, long InFlight, IReadOnlyDictionary<string, long> Dropped, long? Upstream, bool Balanced)
{
    public static AccountMessage From(LedgerAccount account)
    {
        var snapshot = account.Snapshot();
        var dropped = Enum.GetValues<DropReason>().Where(reason => snapshot.Dropped(reason) > 0).ToDictionary(EnumNames.Format, snapshot.Dropped);
        return new AccountMessage(account.Sink, snapshot.Captured, snapshot.Delivered, snapshot.InFlight, dropped, snapshot.Upstream, snapshot.Balanced);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionMessage))]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(FitMessage))]
sealed partial class MessageJson : JsonSerializerContext;

/// <summary>What the source is doing, for the page and for machines. Durations are in milliseconds.</summary>
sealed record SourceMessage(
    string State, double ForMs, string? Reason, int Restarts, long? Upstream, long PacketsLost, long RepairedTimestamps, double? FrozenForMs)
{
    public static SourceMessage From(FrameSource source)
    {
        var status = source.Status;
        return new SourceMessage(
            EnumNames.Format(status.State), Math.Round(status.For.TotalMilliseconds), status.Reason, status.Restarts, source.Upstream, status.PacketsLost, status.RepairedTimestamps,
            status.FrozenFor is { } frozen ? Math.Round(frozen.TotalMilliseconds) : null);
    }
}
