using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCam.Edge.Pipeline;
using FastCam.Onnx.Explanation;
using FastCam.Onnx.Input;
using FastCam.Onnx.Runtime;
using FastCam.Saliency;
using FastCam.Video;

namespace FastCam.Edge.Commands;

/// <summary>Explains one picture after another and writes what was found.</summary>
sealed class ExplanationWriter(Network network, ExplanationOptions options, IReadOnlyList<float> weights, FitRule fit, PictureSettings picture)
{
    readonly FrameExplanation _explanation = new(network, options);
    readonly PicturePainter _painter = PicturePainter.Create(network.Model, options, picture);
    readonly List<Prediction?> _top = [];
    readonly List<int> _mapped = [];

    /// <summary>The most probable class of each picture so far; null where the network has no classes.</summary>
    public IReadOnlyList<Prediction?> TopOfEach => _top;

    /// <summary>The class that each picture's class map is of so far; −1 where there is none.</summary>
    public IReadOnlyList<int> MappedOfEach => _mapped;

    public string Label(int index) => index < network.Model.Labels.Count ? network.Model.Labels[index] : $"class {index}";

    /// <summary>Explains a picture and writes its files; answers its report as JSON.</summary>
    public string Write(Explainer explainer, string path, ExplanationOutput output)
    {
        var start = Stopwatch.GetTimestamp();
        var image = StillImage.Load(path);
        var decoded = Stopwatch.GetElapsedTime(start);
        Draw(explainer, image, output.Overlay);
        var input = network.Model.Input;
        WriteMaps(output, input.Height, input.Width);
        _top.Add(_explanation.Top.IsEmpty ? null : _explanation.Top[0]);
        _mapped.Add(_explanation.MappedClass);
        var report = JsonSerializer.Serialize(Describe(path, image, decoded), ExplanationJson.Default.ExplanationReport);
        File.WriteAllText(output.Report, report);
        return report;
    }

    unsafe void Draw(Explainer explainer, StillImage image, string path)
    {
        var format = new FrameFormat(image.Width, image.Height);
        var planes = new byte[format.ByteCount];
        I420Conversion.FromRgb(image.Pixels, format, planes);
        fixed (byte* pixels = planes)
        {
            var view = I420.Packed(pixels, format.Width, format.Height);
            explainer.Explain(view, fit, _explanation);
            var size = _painter.SizeFor(format);
            var drawn = new byte[size.ByteCount];
            fixed (byte* target = drawn) _painter.Paint(view, _explanation, I420.Packed(target, size.Width, size.Height));
            var overlay = new StillImage(size.Width, size.Height, new byte[3 * size.LumaByteCount]);
            I420Conversion.ToRgb(drawn, size, overlay.Pixels);
            overlay.SavePng(path);
        }
    }

    void WriteMaps(ExplanationOutput output, int height, int width)
    {
        NpyFile.Write(output.Map, _explanation.Combined, height, width);
        var grey = new ushort[_explanation.Combined.Length];
        for (var i = 0; i < grey.Length; i++) grey[i] = (ushort)(_explanation.Combined[i] * ushort.MaxValue + 0.5f);
        StillImage.SaveGreyPng(output.MapPicture, width, height, grey);
        if (output.ClassMap is { } file) NpyFile.Write(file, _explanation.ClassMap!, height, width);
        for (var layer = 0; layer < output.Layers.Count; layer++)
        {
            var tap = network.Model.Taps[layer];
            NpyFile.Write(output.Layers[layer], _explanation.Statistics[layer], tap.Height, tap.Width);
        }
    }

    ExplanationReport Describe(string path, StillImage image, TimeSpan decoded)
    {
        var predictions = new List<ReportedPrediction>();
        foreach (var prediction in _explanation.Top) predictions.Add(new ReportedPrediction(prediction.Class, Label(prediction.Class), prediction.Probability));
        var rectangle = _explanation.Rectangle;
        return new ExplanationReport(
            path, image.Width, image.Height, network.Model.Name, network.Provider.Name, Names.Of(fit), predictions,
            [.. network.Model.Taps.Select(tap => new ReportedTap(tap.Name, tap.Channels, tap.Height, tap.Width))],
            options.Statistic, options.Normalisation, weights, picture.View.ToString(),
            _explanation.MappedClass < 0 ? null : new ReportedClassMap(options.ClassMap!, _explanation.MappedClass, Label(_explanation.MappedClass)),
            new ReportedRectangle(rectangle.X, rectangle.Y, rectangle.Width, rectangle.Height),
            new ReportedTimings(decoded.TotalMilliseconds, _explanation.PreprocessTime.TotalMilliseconds, _explanation.ForwardTime.TotalMilliseconds, _explanation.ExplainTime.TotalMilliseconds));
    }
}

sealed record ExplanationReport(
    string Image, int Width, int Height, string Model, string Provider, string Fit, IReadOnlyList<ReportedPrediction> Predictions,
    IReadOnlyList<ReportedTap> Taps, string Statistic, string Normalisation, IReadOnlyList<float> Weights, string View, ReportedClassMap? ClassMap, ReportedRectangle SourceRectangle, ReportedTimings Milliseconds);

sealed record ReportedPrediction(int Class, string Label, float Probability);

sealed record ReportedTap(string Name, int Channels, int Height, int Width);

sealed record ReportedClassMap(string Method, int Class, string Label);

sealed record ReportedRectangle(double X, double Y, double Width, double Height);

sealed record ReportedTimings(double Decode, double Preprocess, double Forward, double Explain);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExplanationReport))]
sealed partial class ExplanationJson : JsonSerializerContext;
