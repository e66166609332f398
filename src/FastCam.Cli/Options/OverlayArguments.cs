using System.CommandLine;
using FastCam.Edge.Overlays;
using FastCam.Edge.Streams;
using FastCam.Saliency.Overlays;

namespace FastCam.Cli.Options;

/// <summary>The options that say what is drawn and how.</summary>
sealed class OverlayArguments
{
    readonly Option<View> _view = CommonOptions.View();
    readonly Option<OverlayMode?> _mode = OptionFactory.Named<OverlayMode>(
        "--mode",
        "How the map lies on the frame or image: over colour, over grey, soft (as opaque as it is salient), alone, or beside it; by default over colour");
    readonly Option<bool> _legend = new("--legend") { Description = "Draw what the colours mean" };
    readonly Option<float> _opacity = CommonOptions.Opacity();
    readonly Option<ColourMap> _colours = CommonOptions.Colours();

    public IEnumerable<Option> All => [_view, _mode, _legend, _opacity, _colours];

    /// <summary>The options that make no sense for a part of an image.</summary>
    public IEnumerable<Option> OfWholeImages => [_view, _mode, _legend];

    public OverlaySettings Read(ParseResult parse) => AddTo(new StreamConfig(), parse).Overlay;

    public StreamConfig AddTo(StreamConfig config, ParseResult parse) => config with
    {
        View = parse.GivenValue(_view)?.ToString(),
        Mode = parse.GetValue(_mode),
        Legend = parse.GivenValue(_legend),
        Opacity = parse.GivenValue(_opacity),
        Colormap = parse.Given(_colours)?.Name,
    };
}
