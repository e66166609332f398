using FastCam.Onnx.Input;
using FastCam.Onnx.Maps;
using FastCam.Onnx.Models;
using FastCam.Onnx.Operator;
using FastCam.Onnx.Runtime;
using FastCam.Saliency.Combination;
using FastCam.Saliency.Imaging;
using FastCam.Tests.Onnx;

namespace FastCam.Tests.Operator;

/// <summary>The same images explained by different strategies.</summary>
static unsafe class Explanations
{
    const int Width = 320;
    const int Height = 240;

    /// <summary>Explains the same images by taps and by another strategy: scores are the same and the combined maps agree.</summary>
    /// <returns>The strategy that was taken.</returns>
    public static ExplainStrategy AssertAgreesWithTaps(
        Model model, ExplainStrategy by, int threads, ModelCache? cache = null, double tolerance = 2e-6, ExplanationOptions? options = null)
    {
        var (expected, answers, _) = Explain(model, ExplainStrategy.Taps, threads, cache, options);
        var (maps, scores, taken) = Explain(model, by, threads, cache, options);
        Assert.Equal(answers, scores);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - maps[i]) <= tolerance, $"{model.Name}, value {i}: {maps[i]:R} for {expected[i]:R}");
        Assert.True(expected.Max() - expected.Min() > 0.1, "a map that is all but constant shows nothing");
        return taken;
    }

    static (float[] Maps, float[] Scores, ExplainStrategy By) Explain(
        Model model, ExplainStrategy by, int threads, ModelCache? cache, ExplanationOptions? given)
    {
        var options = (given ?? new ExplanationOptions()) with { Strategy = by, Weights = ScaleWeights.Equal };
        using var network = CpuNetwork.Explain(model, threads, options, cache);
        using var explainer = network.CreateExplainer();
        var explanation = network.CreateExplanation();
        var (maps, scores) = (new List<float>(), new List<float>());
        var pixels = new byte[Width * Height * 3 / 2];
        for (var image = 0; image < 2; image++)
        {
            Paint(pixels, image);
            fixed (byte* data = pixels)
                explainer.Explain(I420.Packed(data, Width, Height), FitRule.Stretch, explanation);
            maps.AddRange(explanation.Combined);
            foreach (var prediction in explanation.Predictions.Classes)
                scores.AddRange([prediction.Class, prediction.Probability]);
        }
        return ([.. maps], [.. scores], network.Strategy);
    }

    /// <summary>Noise, then waves with a flat half.</summary>
    static void Paint(byte[] pixels, int image)
    {
        var random = new Random(3);
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = image == 0
                ? (byte)random.Next(256)
                : i % Width < Width / 2
                ? (byte)128
                : (byte)(128 + 100 * Math.Sin(i % Width * 0.1) * Math.Cos(i / Width * 0.07));
        }
    }
}
