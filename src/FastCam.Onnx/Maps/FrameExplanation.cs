using FastCam.Onnx.Heads;
using FastCam.Onnx.Models;
using FastCam.Saliency.Imaging;

namespace FastCam.Onnx.Maps;

/// <summary>What one forward pass says of one frame: its maps, its classes, and what they cost. Made once and filled again and again.</summary>
public sealed class FrameExplanation
{
    /// <summary>Makes the buffers for a network's maps.</summary>
    /// <param name="model">The network's model.</param>
    /// <param name="options">What its maps are made by.</param>
    /// <param name="keepsStatistics">Whether it keeps the raw statistics too, which a stream has no use for.</param>
    public FrameExplanation(Model model, ExplanationOptions? options = null, bool keepsStatistics = true)
    {
        var taps = model.ScaleEnds;
        if (keepsStatistics)
            Statistics = [.. taps.Select(tap => new float[tap.Pixels])];
        Normalised = [.. taps.Select(tap => new float[tap.Pixels])];
        Combined = new float[model.Input.Size.Pixels];
        if (options?.ClassMap is null)
            return;
        ClassMap = new float[Combined.Length];
        ClassLayer = new float[model.ClassHead.Activation.Pixels];
    }

    /// <summary>The frame's presentation time, for maps that depend on those before.</summary>
    public TimeSpan PresentationTime { get; set; }

    /// <summary>The part of the frame that the maps cover.</summary>
    public SourceRectangle Rectangle { get; set; }

    /// <summary>The raw statistic of each layer, finest first, at the layer's own size; empty where they are not kept.</summary>
    public IReadOnlyList<float[]> Statistics { get; } = [];

    /// <summary>The same, normalised to 0..1.</summary>
    public IReadOnlyList<float[]> Normalised { get; }

    /// <summary>The combined map (Eq 3) at the input's size, 0..1.</summary>
    public float[] Combined { get; }

    /// <summary>Where the class <see cref="MappedClass"/> is seen, at the input's size, 0..1; null where none was asked for.</summary>
    public float[]? ClassMap { get; }

    /// <summary>The same at the size of the tensor that it is made of; null where none was asked for.</summary>
    public float[]? ClassLayer { get; }

    /// <summary>The class that the class map is of; −1 for none.</summary>
    public int MappedClass { get; internal set; } = -1;

    /// <summary>What the network's head says of the frame.</summary>
    public Predictions Predictions { get; } = new();

    /// <summary>What turning the frame into the input took.</summary>
    public TimeSpan PreprocessTime { get; internal set; }

    /// <summary>What the forward pass took, its operators for the maps left out.</summary>
    public TimeSpan ForwardTime { get; internal set; }

    /// <summary>What the maps took, within the pass or after it: statistics, normalisation and combination.</summary>
    public TimeSpan ExplainTime { get; internal set; }
}
