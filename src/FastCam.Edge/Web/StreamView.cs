using System.Reflection;
using System.Text.Json;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Runtime;
using FastCam.Onnx.Strategies;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Overlays;

namespace FastCam.Edge.Web;

/// <summary>What the page is told of a stream.</summary>
sealed class StreamView(StreamPipeline pipeline, StreamSettings settings, Network network, IReadOnlyList<string> notices)
{
    public StreamSettings Settings => settings;

    /// <summary>Why there will be no more pictures; null while there will.</summary>
    public EndMessage? End { get; set; }

    /// <summary>The explain strategy that was found the quickest; null before, and where one was asked for.</summary>
    public StrategyChoice? Choice { get; set; }

    public SessionMessage Session()
    {
        var taps = network.Model.ScaleEnds;
        var (explanation, picture) = (settings.Explanation, settings.Picture);
        return new SessionMessage(
            Version, pipeline.Ledger.Source, network.Model.Name, network.Provider.Title, EnumNames.Format(settings.Delivery), EnumNames.Format(settings.Fit),
            explanation.Weights, picture.View.ToString(), EnumNames.Format(picture.Mode), picture.Opacity, picture.Colours.Name, network.Model.Labels,
            [.. taps.Select(tap => new LayerMessage(tap.Name, tap.Channels, tap.Width, tap.Height))],
            explanation.ToString(), explanation.ClassMap, explanation.ClassMap is null ? network.Model.NoClassHead : null,
            new[] { "equal", "rule", "prior" }.Append(explanation.Weights).Distinct().ToDictionary(name => name, name => ScaleWeights.Resolve(name, taps.Count)),
            ColourMap.All.ToDictionary(map => map.Name, map => Convert.ToBase64String(map.Rgb)));
    }

    public StatusMessage Status(Viewer? viewer)
    {
        var figures = pipeline.Meter.Read();
        var source = SourceMessage.From(pipeline.Source);
        return new StatusMessage(
            "status", End is null ? source.State : "ended", End, source, figures.Rate, new LatencyMessage(figures.LatencyP50, figures.LatencyP99), figures.ExplanationShare,
            figures.PassMilliseconds, Choice?.ToString() ?? pipeline.Explainer.By, EnumNames.Format(settings.Fit), [.. notices, .. Choice?.Notices ?? []], [.. pipeline.Ledger.Accounts.Select(AccountMessage.From)],
            viewer is null ? null : AccountMessage.From(viewer.Account));
    }

    public byte[] StatusBytes(Viewer viewer) => JsonSerializer.SerializeToUtf8Bytes(Status(viewer), MessageJson.Default.StatusMessage);

    static string Version => typeof(StreamView).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
