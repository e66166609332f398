using FastCam.Onnx.ScaleEnds;

namespace FastCam.Onnx.ClassMaps;

/// <summary>
/// A network's end that is linear in a layer's activations A: global average pooling over H × W pixels and at most one linear layer
/// with weights W. The gradient of class c's logit with respect to channel k is W[c, k] / (H·W) in every pixel, whatever the
/// image, so no backward pass is needed (method §5).
/// </summary>
public sealed class ClassHead
{
    readonly float[] _gradients;
    readonly int _first;
    readonly int _step;

    ClassHead(ScaleEnd activation, int classes, float[] gradients, int first, int step)
    {
        Activation = activation;
        Classes = classes;
        _gradients = gradients;
        _first = first;
        _step = step;
    }

    /// <summary>The layer; it must be among the network's exports for a class map to be computed.</summary>
    public ScaleEnd Activation { get; }

    /// <summary>How many classes there are.</summary>
    public int Classes { get; }

    /// <summary>The gradient of a class's logit, the same after every pass: one value a channel, W[class, channel] / (H·W).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public ReadOnlySpan<float> GradientOf(int @class)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(@class);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(@class, Classes);
        return _gradients.AsSpan(_first + @class * _step, Activation.Channels);
    }

    /// <summary>A head whose linear layer follows the pooling.</summary>
    /// <param name="activation">What is pooled.</param>
    /// <param name="gradients">Classes × channels.</param>
    internal static ClassHead Linear(ScaleEnd activation, float[] gradients) =>
        new(activation, gradients.Length / activation.Channels, gradients, 0, activation.Channels);

    /// <summary>
    /// A head that is the pooling alone: each channel is a class. A window over one non-zero value stands for the rows of the unit
    /// matrix.
    /// </summary>
    internal static ClassHead Pooled(ScaleEnd activation, float gradient)
    {
        var window = new float[2 * activation.Channels - 1];
        window[activation.Channels - 1] = gradient;
        return new ClassHead(activation, activation.Channels, window, activation.Channels - 1, -1);
    }
}
