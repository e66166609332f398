using System.Text.Json;
using FastCam.Saliency.Statistics;

namespace FastCam.Onnx.Models;

/// <summary>Constants for the fixed normalisation: each layer's mean and standard deviation, measured beforehand on a source like the one to be watched.</summary>
public sealed record Calibration
{
    /// <summary>The statistic that they are the moments of.</summary>
    public required string Statistic { get; init; }

    /// <summary>The epsilon that it was computed with.</summary>
    public float Epsilon { get; init; } = SmoeScale.DefaultEpsilon;

    /// <summary>Whether its standard deviation was the biased one.</summary>
    public bool Biased { get; init; }

    /// <summary>The layers, finest first.</summary>
    public required IReadOnlyList<CalibratedLayer> Layers { get; init; }

    internal void Check()
    {
        if (Statistic is null) throw new JsonException("calibration names no statistic");
        if (Layers is not { Count: > 0 }) throw new JsonException("calibration names no layers");
        if (Layers.Any(layer => layer?.Tensor is null || !double.IsFinite(layer.Mean) || layer.Sigma is not (> 0 and <= double.MaxValue)))
            throw new JsonException("each layer of calibration has a tensor, a finite mean and a sigma above 0");
    }
}

/// <summary>One layer's constants.</summary>
/// <param name="Tensor">The scale end.</param>
/// <param name="Mean">The mean of its statistic, in the statistic's unit.</param>
/// <param name="Sigma">Its standard deviation, above 0.</param>
public sealed record CalibratedLayer(string Tensor, double Mean, double Sigma);
