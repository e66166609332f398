using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Overlays;
using FastCam.Video.Accounting;
using FastCam.Video.Sinks;
using FastCam.Video.Sources;

namespace FastCam.Lab.Bench;

/// <summary>The whole walk: source → network → maps → overlay → a sink, each frame with its own map.</summary>
static class TestStream
{
    const float Opacity = 0.6f;

    /// <summary>Runs a stream to its end; answers its rate in pictures a second, lately.</summary>
    /// <param name="network">A network that was opened for the explanation.</param>
    /// <param name="explanation">What its maps are made by.</param>
    /// <param name="source">Where frames come from; it is disposed.</param>
    /// <param name="open">Opens the sink on its account.</param>
    public static double Run(Network network, ExplanationOptions explanation, FrameSource source, Func<LedgerAccount, FrameSink> open)
    {
        var settings = new StreamSettings
        {
            Delivery = Delivery.EveryFrame,
            Explanation = explanation,
            Picture = new PictureSettings(new View(ViewKind.Combined), OverlayMode.Colour, Legend: false, Opacity, ColourMap.Turbo),
            Fit = network.Model.Input.Fit,
        };
        var ledger = new Ledger(source.Name);
        using (source)
        using (var pipeline = new StreamPipeline(source, network, settings, ledger, failed => [new FrameSinkStage(open(ledger.Open("null:")), mayDrop: false, failed)]))
        {
            pipeline.Run();
            return pipeline.Meter.Read().Rate;
        }
    }
}
