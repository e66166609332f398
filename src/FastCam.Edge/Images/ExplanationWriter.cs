using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge.Overlays;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Heads;
using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Saliency.Imaging;
using FastCam.Video;
using FastCam.Video.Stills;

namespace FastCam.Edge.Images;

/// <summary>Explains one image after another and writes the results; it keeps its buffers from one image to the next. One thread at a time.</summary>
sealed class ExplanationWriter(ExplainedNetwork network, Explainer explainer, FitRule fit, OverlaySettings overlay)
{
    readonly FrameExplanation _explanation = network.CreateExplanation();
    readonly ushort[] _grey = new ushort[network.Model.Input.Width * network.Model.Input.Height];
    readonly FramePainter _painter = FramePainter.Create(network.Model, network.Options, overlay);
    byte[] _pixels = [];
    byte[] _planes = [];
    byte[] _drawn = [];
    byte[] _overlay = [];

    /// <summary>Explains an image and writes its files.</summary>
    /// <exception cref="MediaException">The image cannot be read, or a file not be written.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public ExplanationResult Write(string path, ExplanationOutput output)
    {
        var start = Stopwatch.GetTimestamp();
        using var pipeline = StillPipeline.Open(path, takesTurns: true);
        var result = Write(pipeline, start, output);
        // No other large image is opened while this one is open, and its buffers must not live longer than that.
        if (pipeline.HasTurn)
            (_pixels, _planes, _drawn, _overlay) = ([], [], [], []);
        return result;
    }

    ExplanationResult Write(StillPipeline pipeline, long start, ExplanationOutput output)
    {
        var image = StillImage.Decode(pipeline, _pixels);
        _pixels = image.Pixels;
        var decoded = Stopwatch.GetElapsedTime(start);
        explainer.Explain(image.Pixels, image.Width, image.Height, fit, _explanation);
        var report = JsonSerializer.Serialize(Describe(pipeline.Path, image, decoded), ExplanationJson.Default.ExplanationReport);
        try
        {
            Draw(image, output.Overlay);
            WriteMaps(output, network.Model.Input.Height, network.Model.Input.Width);
            File.WriteAllText(output.Report, report);
        }
        catch
        {
            output.Delete(); // A half-written file would block the next attempt.
            throw;
        }
        return new ExplanationResult(report, _explanation.Predictions.Best, _explanation.MappedClass);
    }

    /// <summary>Draws the overlay in I420, as it is drawn on a frame.</summary>
    unsafe void Draw(StillImage image, string path)
    {
        var (format, size) = (image.Format, _painter.SizeFor(image.Format));
        I420Conversion.FromRgb(image.Pixels, format, Sized(ref _planes, format.ByteCount));
        fixed (byte* pixels = _planes, target = Sized(ref _drawn, size.ByteCount))
            _painter.Paint(I420.Packed(pixels, format.Width, format.Height), _explanation, I420.Packed(target, size.Width, size.Height));
        I420Conversion.ToRgb(_drawn, size, Sized(ref _overlay, 3 * size.LumaByteCount));
        new StillImage(size.Width, size.Height, _overlay).SavePng(path);
    }

    static byte[] Sized(ref byte[] buffer, int bytes) => buffer.Length == bytes ? buffer : buffer = new byte[bytes];

    void WriteMaps(ExplanationOutput output, int height, int width)
    {
        NpyFile.Write(output.Map, _explanation.Combined, height, width);
        for (var i = 0; i < _grey.Length; i++)
            _grey[i] = (ushort)(_explanation.Combined[i] * ushort.MaxValue + 0.5f);
        StillImage.SaveGreyPng(output.MapImage, width, height, _grey);
        if (output.ClassMap is { } file)
            NpyFile.Write(file, _explanation.ClassMap!, height, width);
        for (var layer = 0; layer < output.Layers.Count; layer++)
        {
            var end = network.Model.ScaleEnds[layer];
            NpyFile.Write(output.Layers[layer], _explanation.Statistics[layer], end.Height, end.Width);
        }
    }

    ExplanationReport Describe(string path, StillImage image, TimeSpan decoded)
    {
        var predictions = new List<ReportedPrediction>();
        foreach (var prediction in _explanation.Predictions.Classes)
            predictions.Add(new ReportedPrediction(prediction.Class, network.Model.LabelOf(prediction.Class), prediction.Probability));
        var rectangle = _explanation.Rectangle;
        return new ExplanationReport(
            path, image.Width, image.Height, network.Model.Name, network.Provider.Name, EnumNames.Format(fit), predictions,
            [.. network.Model.ScaleEnds.Select(end => new ReportedTap(end.Name, end.Channels, end.Height, end.Width))],
            network.Options.Statistic.Name, network.Options.Normalisation.Name, explainer.Weights, overlay.View.ToString(),
            _explanation.MappedClass < 0
                ? null
                : new ReportedClassMap(network.Options.ClassMap!.Name, _explanation.MappedClass, network.Model.LabelOf(_explanation.MappedClass)),
            new ReportedRectangle(rectangle.X, rectangle.Y, rectangle.Width, rectangle.Height),
            new ReportedTimings(
                decoded.TotalMilliseconds, _explanation.PreprocessTime.TotalMilliseconds, _explanation.ForwardTime.TotalMilliseconds,
                _explanation.ExplainTime.TotalMilliseconds));
    }
}

/// <summary>The result for one image.</summary>
/// <param name="Report">Its report as JSON.</param>
/// <param name="Top">Its most probable class; null where the network has no classes.</param>
/// <param name="MappedClass">The class that its class map shows; −1 where there is no class map.</param>
sealed record ExplanationResult(string Report, Prediction? Top, int MappedClass);

sealed record ExplanationReport(
    string Image, int Width, int Height, string Model, string Provider, string Fit, IReadOnlyList<ReportedPrediction> Predictions,
    IReadOnlyList<ReportedTap> Taps, string Statistic, string Normalisation, IReadOnlyList<float> Weights, string View, ReportedClassMap? ClassMap,
    ReportedRectangle SourceRectangle, ReportedTimings Milliseconds);

sealed record ReportedPrediction(int Class, string Label, float Probability);

sealed record ReportedTap(string Name, int Channels, int Height, int Width);

sealed record ReportedClassMap(string Method, int Class, string Label);

sealed record ReportedRectangle(double X, double Y, double Width, double Height);

sealed record ReportedTimings(double Decode, double Preprocess, double Forward, double Explain);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExplanationReport))]
sealed partial class ExplanationJson : JsonSerializerContext;
