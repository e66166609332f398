using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Overlays;
using FastCam.Video.Accounting;
using FastCam.Video.Sources;

namespace FastCam.Edge.Web;

/// <summary>Describes a stream to the page.</summary>
sealed class StreamView(string id, StreamPipeline pipeline, StreamSettings settings, ExplainedNetwork network, IReadOnlyList<string> notices)
{
    public StreamSettings Settings => settings;

    /// <summary>Why there will be no more frames; null while the stream runs.</summary>
    public EndMessage? End { get; private set; }

    /// <summary>Whether somebody ended the stream.</summary>
    public bool WasStopped { get; set; }

    /// <summary>The explain strategy that was found to be the quickest; null before that, and where a strategy was asked for.</summary>
    public StrategyChoice? Choice { get; set; }

    /// <summary>Says that the stream has ended, and why.</summary>
    /// <param name="failure">The error that ended it; null where it came to its end.</param>
    public void EndWith(Exception? failure) =>
        End = new EndMessage(failure?.Message ?? (WasStopped ? "FastCam.Edge was stopped." : "The source has ended."), IsFailure: failure is not null);

    public SessionMessage Session()
    {
        var ends = network.Model.ScaleEnds;
        var (explanation, overlay) = (network.Options, settings.Overlay);
        var weights = explanation.Weights.ToString();
        var presets = new[] { "equal", "rule", "prior" }.Append(weights).Distinct();
        return new SessionMessage(
            id, Version, pipeline.Ledger.Source, network.Model.Name, network.Provider.Title, EnumNames.Format(settings.Delivery),
            EnumNames.Format(settings.Fit), weights, overlay.View.ToString(), EnumNames.Format(overlay.Mode), overlay.Opacity,
            overlay.Colours.Name, network.Model.Labels,
            [.. ends.Select(end => new LayerMessage(end.Name, end.Channels, end.Width, end.Height))],
            explanation.ToString(), explanation.ClassMap?.Name, explanation.ClassMap is null ? network.Model.NoClassHead : null,
            presets.ToDictionary(name => name, name => ScaleWeights.Resolve(name, ends.Count)),
            ColourMap.All.ToDictionary(map => map.Name, map => Convert.ToBase64String(map.Rgb)));
    }

    public StatusMessage Status(Viewer? viewer)
    {
        var figures = pipeline.Meter.Read();
        var source = SourceMessage.From(pipeline.Source);
        return new StatusMessage(
            "status", id, End is null ? source.State : "ended", End, source, figures.Rate, new LatencyMessage(figures.LatencyP50, figures.LatencyP99),
            figures.ExplanationShare, figures.PassMilliseconds, Choice?.ToString() ?? pipeline.Explainer.By, EnumNames.Format(settings.Fit),
            [.. notices, .. Choice?.Notices ?? []], [.. pipeline.Ledger.Accounts.Select(AccountMessage.From)],
            viewer is null ? null : AccountMessage.From(viewer.Account));
    }

    public byte[] StatusBytes(Viewer viewer) => JsonSerializer.SerializeToUtf8Bytes(Status(viewer), MessageJson.Default.StatusMessage);

    static string Version =>
        typeof(StreamView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}

/// <summary>The answer to <c>GET /api/session</c>, which the page asks for once.</summary>
sealed record SessionMessage(
    string Stream, string Version, string Source, string Model, string Provider, string Delivery, string Fit, string Weights, string View, string Mode,
    float Opacity, string ColourMap, IReadOnlyList<string> Labels, IReadOnlyList<LayerMessage> Layers, string Maps, string? ClassMap,
    string? NoClassMap, IReadOnlyDictionary<string, float[]> Presets, IReadOnlyDictionary<string, string> ColourMaps);

/// <summary>One layer of the network; the finest comes first.</summary>
sealed record LayerMessage(string Tensor, int Channels, int Width, int Height);

/// <summary>The status that the page gets twice a second, and that <c>GET /api/status</c> answers once.</summary>
sealed record StatusMessage(
    string Type, string Stream, string State, EndMessage? End, SourceMessage Source, double Fps, LatencyMessage LatencyMs, double ExplanationShare,
    double PassMs, string ExplainBy, string Fit, IReadOnlyList<string> Notices, IReadOnlyList<AccountMessage> Ledger, AccountMessage? Viewer);

/// <summary>Why a stream is over.</summary>
sealed record EndMessage(string Reason, bool IsFailure);

/// <summary>The time from capture until a frame is passed to the sinks, in milliseconds.</summary>
sealed record LatencyMessage(double P50, double P99);

/// <summary>The body of <c>POST /api/fit</c>.</summary>
sealed record FitMessage(string Fit);

/// <summary>A ledger account at one moment. Frames lost upstream, before the ledger begins, are counted apart.</summary>
sealed record AccountMessage(
    string Sink, long Captured, long Delivered, long InFlight, IReadOnlyDictionary<string, long> Dropped, long? Upstream, bool Balanced)
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

/// <summary>The state of the source, for the page and for machines. Durations are in milliseconds.</summary>
sealed record SourceMessage(
    string State, double ForMs, string? Reason, int Restarts, long? Upstream, long PacketsLost, long RepairedTimestamps, double? FrozenForMs)
{
    public static SourceMessage From(FrameSource source)
    {
        var status = source.Status;
        return new SourceMessage(
            EnumNames.Format(status.State), Math.Round(status.For.TotalMilliseconds), status.Reason, status.Restarts, source.Upstream,
            status.PacketsLost, status.RepairedTimestamps, status.FrozenFor is { } frozen ? Math.Round(frozen.TotalMilliseconds) : null);
    }
}
