namespace FastCam.Onnx.Heads;

/// <summary>A class and its probability.</summary>
/// <param name="Class">Its index in the network's output.</param>
/// <param name="Probability">0..1.</param>
public readonly record struct Prediction(int Class, float Probability);

/// <summary>What a network's head says of one image: what sinks, reports and the page read. Made once and filled again and again.</summary>
public sealed class Predictions
{
    /// <summary>The most classes that are kept.</summary>
    public const int MostClasses = 5;

    readonly Prediction[] _classes = new Prediction[MostClasses];
    int _count;

    /// <summary>The most probable classes, most probable first; empty where the network has none.</summary>
    public ReadOnlySpan<Prediction> Classes => _classes.AsSpan(0, _count);

    /// <summary>The most probable class; null where the network has none.</summary>
    public Prediction? Best => _count == 0 ? null : _classes[0];

    internal void SetClasses(ReadOnlySpan<float> scores, bool areProbabilities) => _count = ClassScores.Top(scores, areProbabilities, _classes);

    internal void Clear() => _count = 0;
}
