using FastCam.Edge.Overlays;
using FastCam.Edge.Packets;
using FastCam.Edge.Pipeline;
using FastCam.Edge.Sinks;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Saliency.Imaging;
using FastCam.Saliency.Overlays;
using FastCam.Video.Accounting;
using FastCam.Video.Frames;
using FastCam.Video.Sources;

namespace FastCam.Lab.Bench;

/// <summary>A frame of the test pattern, of 1280×720, and room for another.</summary>
sealed class TestFrame : IDisposable
{
    public static readonly FrameFormat Format = new(1280, 720);

    /// <summary>The pattern's frames a second, by its timestamps; nothing waits for them.</summary>
    public static readonly FrameRate Rate = new(30, 1);

    const long Sequence = 100;

    readonly FramePool _pool = new(Format, 2);
    readonly Frame _frame;
    readonly Frame _target;

    public TestFrame()
    {
        (_frame, _target) = (_pool.Rent()!, _pool.Rent()!);
        using var pattern = Pattern(Rate, null);
        pattern.Draw(_frame.Pixels, Sequence);
    }

    /// <summary>The frame.</summary>
    public I420 View => _frame.AsI420();

    /// <summary>The frame's bytes.</summary>
    public ReadOnlySpan<byte> Pixels => _frame.Pixels;

    /// <summary>Room for another frame.</summary>
    public I420 Target => _target.AsI420();

    /// <summary>Creates the pattern that the frame is taken from.</summary>
    public static TestPattern Pattern(FrameRate rate, long? frames) => new(Format, rate, frames);

    /// <summary>Returns the part of the frame that a network's input shows.</summary>
    public static SourceRectangle RectangleFor(InputSpec input) =>
        Fit.Rectangle(input.Fit, Format.Width, Format.Height, input.Width, input.Height, input.CropFraction);

    /// <summary>Creates the transform that makes the frame a network's input.</summary>
    public static FrameToTensor TransformFor(InputSpec input) => new(input, Format.Width, Format.Height, RectangleFor(input));

    /// <summary>Copies the frame, which is the least that anything done with a whole frame can take.</summary>
    public void Copy() => _frame.Pixels.CopyTo(_target.Pixels);

    public void Dispose()
    {
        _frame.Release();
        _target.Release();
        _pool.Dispose();
    }
}

/// <summary>Runs the whole walk: source → network → maps → overlay → a sink, each frame with its own map.</summary>
static class TestStream
{
    const float Opacity = 0.6f;

    /// <summary>Runs a stream to its end and returns its rate in frames a second, lately.</summary>
    /// <param name="network">The network.</param>
    /// <param name="source">The source of the frames; it is disposed.</param>
    /// <param name="open">Opens the sink on its account.</param>
    public static double Run(ExplainedNetwork network, FrameSource source, Func<LedgerAccount, Sink> open)
    {
        var settings = new StreamSettings
        {
            Delivery = Delivery.EveryFrame,
            Overlay = new OverlaySettings(new View(ViewKind.Combined), OverlayMode.Colour, Legend: false, Opacity, ColourMap.Turbo),
            Fit = network.Model.Input.Fit,
        };
        var ledger = new Ledger(source.Name);
        using (source)
        using (var pipeline = new StreamPipeline(source, network, settings, ledger, [open(ledger.Open("null:"))]))
        {
            pipeline.Run();
            return pipeline.Meter.Read().Rate;
        }
    }
}
