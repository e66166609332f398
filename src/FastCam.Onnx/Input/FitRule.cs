using System.Text.Json.Serialization;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;

namespace FastCam.Onnx.Input;

/// <summary>How a frame becomes the network's input when their shapes differ.</summary>
[JsonConverter(typeof(LowerCaseEnum<FitRule>))]
public enum FitRule
{
    /// <summary>The centre square (more generally: the centred rectangle of the input's shape); what lies beside it is not looked at.</summary>
    Crop,
    /// <summary>The whole frame, squeezed.</summary>
    Stretch,
    /// <summary>The whole frame, unsqueezed, between grey bars.</summary>
    Letterbox,
}

/// <summary>The geometry of fitting.</summary>
public static class Fit
{
    /// <summary>The rectangle, in frame pixels, that the input shows: inside the frame for a crop, beyond it for a letterbox.</summary>
    /// <param name="rule">How to fit.</param>
    /// <param name="frameWidth">The frame's columns.</param>
    /// <param name="frameHeight">The frame's rows.</param>
    /// <param name="inputWidth">The input's columns.</param>
    /// <param name="inputHeight">The input's rows.</param>
    /// <param name="cropFraction">The part of the largest centred rectangle that a crop takes, above 0 and up to 1.</param>
    public static SourceRectangle Rectangle(FitRule rule, int frameWidth, int frameHeight, int inputWidth, int inputHeight, double cropFraction = 1)
    {
        if (rule == FitRule.Stretch) return new SourceRectangle(0, 0, frameWidth, frameHeight);
        var across = (double)frameWidth / inputWidth;
        var down = (double)frameHeight / inputHeight;
        var scale = rule == FitRule.Crop ? Math.Min(across, down) * cropFraction : Math.Max(across, down);
        var width = inputWidth * scale;
        var height = inputHeight * scale;
        return new SourceRectangle((frameWidth - width) / 2, (frameHeight - height) / 2, width, height);
    }
}
